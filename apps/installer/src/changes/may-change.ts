import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { OpenedConfig } from '../inventory/open-config.ts';
import type { Machine } from '../machine.ts';
import type { ChangeRefusal } from './draft.ts';

const OWNER_WRITES = 0o200;
const ROOT = 0;

/** Replacing a file would get around what its owner or its mode forbids; that is for a person to decide. */
export function mayChange(config: OpenedConfig, { userId }: Machine): Result<OpenedConfig, ChangeRefusal> {
  const { bytes, file } = config;
  if (bytes === null) return accept(config);
  if (userId !== null && userId !== ROOT && bytes.uid !== userId)
    return no(`${file.path} belongs to another user. Nothing was changed. Let its owner make the change.`);
  if ((bytes.mode & OWNER_WRITES) === 0)
    return no(`${file.path} is read-only. Nothing was changed. Make it writable first, if it may be changed.`);
  return accept(config);
}

const no = (detail: string): Result<never, ChangeRefusal> => deny(refuse('action_refused', detail));

/** Names that lead a client's own code astray: to a prototype, to another folder, or to look like another name. */
const ASTRAY = /^(?:__proto__|constructor|prototype)$|(?:^|[\\/])\.{1,2}(?:[\\/]|$)/;
// Right-to-left and left-to-right marks and overrides, and characters that do not show.
const UNSEEN = /\u034f|\u17b4|\u17b5|[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/;

/** Why a new server may not have this name, or null. Servers that have such a name already can still be removed. */
export function nameProblem(name: string): string | null {
  if (ASTRAY.test(name)) return 'it would mean something else to a client';
  if (UNSEEN.test(name)) return 'it holds characters that do not show or turn the text around';
  if (name.trim() !== name) return 'it begins or ends with a space';
  return null;
}

export const badName = (name: string, why: string): Result<never, ChangeRefusal> =>
  no(`The name ${JSON.stringify(name)} cannot be given to a server: ${why}. Nothing was changed. Choose another name.`);
