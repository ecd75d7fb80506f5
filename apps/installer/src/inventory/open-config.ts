import type { Refusal } from '@mcp-coordinator/contract/refusals';
import { accept, type Result } from '@mcp-coordinator/core/result';
import type { ConfigFile } from '../clients/client-files.ts';
import type { ConfigDocument, FileFormat, Unreadable } from '../files/config-document.ts';
import { decodeText, type FileBytes, readBytes, UnreadableFileError } from '../files/file-bytes.ts';
import { parseConfig } from '../files/parse-config.ts';
import { type GuardedPath, guardPath, type Roots } from '../files/roots.ts';

/** A configuration file as it stands. `document` is null where `problem` says why. */
export interface OpenedConfig {
  readonly file: ConfigFile;
  readonly at: GuardedPath;
  /** Null when the file is not there. */
  readonly bytes: FileBytes | null;
  readonly document: ConfigDocument | null;
  readonly problem: Unreadable | null;
}

/** Opens and parses a file; refuses one outside the roots. */
export async function openConfig(
  file: ConfigFile,
  roots: Roots,
): Promise<Result<OpenedConfig, Refusal<'action_refused'>>> {
  // Managed files are only read, from the root that was named for them.
  const allowed =
    file.scope === 'managed' && roots.managed !== undefined ? { home: roots.managed, workspaces: [] } : roots;
  const guarded = await guardPath(file.path, allowed);
  if (!guarded.ok) return guarded;
  try {
    const bytes = await readBytes(guarded.value.realPath);
    return accept({ file, at: guarded.value, bytes, ...parsed(bytes?.bytes ?? Buffer.alloc(0), file.format) });
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    return accept({ file, at: guarded.value, bytes: null, document: null, problem: { message: error.message } });
  }
}

/** Parses bytes as this installer edits them: UTF-8 text in the file's own format. */
export function parsed(bytes: Uint8Array, format: FileFormat): Pick<OpenedConfig, 'document' | 'problem'> {
  const text = decodeText(bytes);
  if (text === null) return { document: null, problem: { message: 'is not UTF-8 text' } };
  const result = parseConfig(text, format);
  return result.ok ? { document: result.document, problem: null } : { document: null, problem: result.problem };
}

/** "at line 3, column 7" where the place is known. */
export const placeOf = ({ line, column }: Unreadable): string =>
  line === undefined ? '' : ` at line ${line}, column ${column ?? 1}`;
