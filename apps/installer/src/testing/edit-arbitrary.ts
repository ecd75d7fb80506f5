import fc from 'fast-check';

/** Layouts of TOML and YAML that people write. */
const look = fc.record({
  eol: fc.constantFrom('\n', '\r\n'),
  bom: fc.boolean(),
  comments: fc.boolean(),
  blank: fc.boolean(),
  lastBreak: fc.boolean(),
});
type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

const name = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/),
  fc.constantFrom('__proto__', 'a b', 'a.b', 'ключ', 'a"b', '#x', 'on', '1', 'null', 'a: b', '- x'),
);
const scalar = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.constantFrom('# no', '[x]', '"""', "it's", 'true', '1', 'a = 1', 'k: v', '\\', 'é ', ''),
  fc.integer({ min: -1000, max: 1000 }),
  fc.boolean(),
);
const entry = fc
  .record({
    command: scalar,
    args: fc.array(scalar, { maxLength: 3 }),
    env: fc.dictionary(name, fc.string({ maxLength: 6 }), { maxKeys: 2 }),
  })
  .map(({ command, args, env }) => ({ command, args, env }));
const content = fc.record({
  head: fc.dictionary(name, scalar, { maxKeys: 3 }),
  servers: fc.dictionary(name, entry, { maxKeys: 3 }),
  look,
});
type Content = typeof content extends fc.Arbitrary<infer T> ? T : never;

interface ConfigText {
  readonly text: string;
  readonly value: Record<string, unknown>;
  readonly servers: Record<string, unknown>;
}

const wrap = (lines: readonly string[], { eol, bom, lastBreak }: Look): string =>
  (bom ? '\ufeff' : '') + lines.join(eol) + (lastBreak && lines.length > 0 ? eol : '');
const said = ({ comments }: Look, text: string): string => (comments ? `${text} # [x] "y: ` : text);

const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f');
const tomlValue = (value: unknown): string =>
  Array.isArray(value)
    ? `[ ${value.map(tomlValue).join(' , ')} ]`
    : typeof value === 'string'
      ? quoted(value)
      : String(value);

function tomlLines({ head, servers, look: style }: Content): string[] {
  const lines = Object.entries(head).map(([key, value]) => said(style, `${quoted(key)}=${tomlValue(value)}`));
  for (const [key, { command, args, env }] of Object.entries(servers)) {
    if (style.blank) lines.push('');
    if (style.comments) lines.push(`# about ${key.replace(/[^ -~]/g, '')}`);
    lines.push(said(style, ` [ mcp_servers . ${quoted(key)} ]`), `command   = ${tomlValue(command)}`);
    lines.push(said(style, `args = ${tomlValue(args)}`), `[mcp_servers.${quoted(key)}.env]`);
    lines.push(
      ...Object.entries(env).map(([variable, value]) => said(style, `${quoted(variable)} = ${quoted(value)}`)),
    );
  }
  if (style.comments) lines.push('# the end');
  return lines;
}

/** A Codex file with the servers it holds. */
export const tomlFile: fc.Arbitrary<ConfigText> = content
  .filter(({ head }) => !Object.hasOwn(head, 'mcp_servers'))
  .map((made) => ({
    text: wrap(tomlLines(made), made.look),
    value: { ...made.head, ...(Object.keys(made.servers).length > 0 ? { mcp_servers: made.servers } : {}) },
    servers: made.servers,
  }));

const yamlValue = (value: unknown): string => JSON.stringify(value);

function yamlEntry(style: Look, indent: string, { command, args, env }: Content['servers'][string]): string[] {
  const lines = [said(style, `${indent}command: ${yamlValue(command)}`)];
  lines.push(
    args.length === 0 ? `${indent}args: []` : `${indent}args:`,
    ...args.map((arg) => said(style, `${indent}- ${yamlValue(arg)}`)),
  );
  const variables = Object.entries(env);
  lines.push(variables.length === 0 ? `${indent}env: {}` : `${indent}env:`);
  lines.push(...variables.map(([variable, value]) => `${indent}    ${yamlValue(variable)}:   ${yamlValue(value)}`));
  return lines;
}

function yamlLines({ head, servers, look: style }: Content, listed: boolean): string[] {
  const lines = style.comments ? ['# head', ''] : [];
  lines.push(...Object.entries(head).map(([key, value]) => said(style, `${yamlValue(key)}: ${yamlValue(value)}`)));
  const all = Object.entries(servers);
  if (all.length > 0) lines.push(said(style, 'servers:'));
  for (const [key, server] of all) {
    if (style.blank) lines.push('');
    if (style.comments) lines.push('  # one of them');
    lines.push(said(style, listed ? `  - name: ${yamlValue(key)}` : `  ${yamlValue(key)}:`));
    lines.push(...yamlEntry(style, '    ', server));
  }
  if (style.comments) lines.push('', '# the end');
  return lines;
}

/** A file with servers under names (as Goose has it), or in a list told apart by names (as Continue has it). */
export const yamlFile = (listed: boolean): fc.Arbitrary<ConfigText> =>
  content
    .filter(({ head }) => !Object.hasOwn(head, 'servers'))
    .map((made) => ({
      text: wrap(yamlLines(made, listed), made.look),
      value: { ...made.head, ...(Object.keys(made.servers).length > 0 ? { servers: made.servers } : {}) },
      servers: made.servers,
    }));
