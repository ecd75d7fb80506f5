import { extname } from 'node:path';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { parseDocument as parseYamlDocument } from 'yaml';

/** Far above any configuration; parsing TOML and YAML costs more a byte than JSON. */
const SLOW_FORMAT_CHARS_MAX = 4 * 1024 * 1024;
const YAML_ALIASES_MAX = 100;

/** The value of a document by the ending of its file: TOML, YAML, else JSON with or without comments. A no says where. */
export function parseDocument(text: string, path: string): Result<unknown, string> {
  const bare = text.startsWith('\ufeff') ? text.slice(1) : text;
  switch (extname(path).toLowerCase()) {
    case '.toml':
      return bounded(bare, parseToml);
    case '.yaml':
    case '.yml':
      return bounded(bare, parseYaml);
    default:
      return parseJson(bare);
  }
}

const bounded = (text: string, read: (text: string) => Result<unknown, string>): Result<unknown, string> =>
  text.length > SLOW_FORMAT_CHARS_MAX ? deny(`is longer than ${SLOW_FORMAT_CHARS_MAX} characters`) : read(text);

/** JSON, or JSON with comments as clients write it. */
function parseJson(bare: string): Result<unknown, string> {
  try {
    return accept(JSON.parse(bare) as unknown);
  } catch {
    const errors: ParseError[] = [];
    const value: unknown = parse(bare, errors, { allowTrailingComma: true });
    const [first] = errors;
    if (first === undefined) return accept(value);
    const lines = bare.slice(0, first.offset).split('\n');
    return deny(
      `does not parse: ${printParseErrorCode(first.error)} in line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`,
    );
  }
}

function parseToml(text: string): Result<unknown, string> {
  try {
    return accept(getStaticTOMLValue(parseTOML(text)));
  } catch (error) {
    return deny(`does not parse: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseYaml(text: string): Result<unknown, string> {
  const document = parseYamlDocument(text);
  const [first] = document.errors;
  if (first !== undefined) return deny(`does not parse: ${first.message.split('\n')[0] ?? ''}`);
  try {
    return accept(document.toJS({ maxAliasCount: YAML_ALIASES_MAX }) as unknown);
  } catch (error) {
    // Aliases that would unfold without bound.
    return deny(`does not parse: ${error instanceof Error ? error.message : String(error)}`);
  }
}
