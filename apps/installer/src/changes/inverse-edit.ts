import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { valueAt } from '@mcp-coordinator/core/configuration/json-pointer';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { type JsoncDocument, parseJsonc } from '../files/jsonc-document.ts';
import { applySplices, type Edited, findMember, insertMember, insertRaw, removeMember } from '../files/jsonc-edit.ts';
import { type KeyedHash, stableText } from '../inventory/keyed-hash.ts';
import { type OpenedConfig, parsed } from '../inventory/open-config.ts';
import type { ChangeUndo } from './change-undo.ts';
import type { Executor } from './executor.ts';

type Inverse = Result<string, Refusal<'action_refused'>>;

/** Takes back one change from a file that others changed since; refuses where that would lose what they did. */
export async function inverseEdit(
  { machine, snapshots }: Executor,
  undo: ChangeUndo,
  config: OpenedConfig,
): Promise<Inverse> {
  if (config.document === null) return no(undo, 'it cannot be read any more');
  const bytes = undo.snapshotId === null ? Buffer.from('') : await snapshots.read(undo.snapshotId);
  if (bytes === null) return no(undo, 'the snapshot from before it is no longer kept');
  const before = parsed(bytes).document;
  if (before === null) return no(undo, 'the snapshot from before it cannot be read');
  const entryBack = entryPutBack(machine.keyedHash, undo, config.document, before);
  return undo.dropped.reduce<Inverse>(
    (text, path) => andThen(text, (current) => restoreDropped(current, before, path, undo)),
    entryBack,
  );
}

function entryPutBack(keyedHash: KeyedHash, undo: ChangeUndo, now: JsoncDocument, before: JsoncDocument): Inverse {
  const path = [...undo.root, undo.name];
  const [entry, entryBefore] = [valueAt(now.value, path), valueAt(before.value, path)];
  // Taken back by someone else, by the action itself when its server did not start, or never touched.
  if (stableText(entry ?? null) === stableText(entryBefore ?? null)) return accept(now.text);
  const entryNow = entry === undefined ? 'nothing' : keyedHash(stableText(entry));
  if (entryNow !== undo.entryAfter) return no(undo, `the entry ${undo.name} was changed by someone else since`);
  return checked(putBack(now, before, undo.root, undo.name), undo);
}

/** Makes a member what it was: its very words where it had some, absent where it was not there. */
function putBack(now: JsoncDocument, before: JsoncDocument, path: readonly string[], key: string): Edited {
  const old = findMember(before, path, key);
  const current = findMember(now, path, key);
  if (old === undefined) return current === undefined ? { ok: true, text: now.text } : removeMember(now, path, key);
  const words = before.text.slice(old.start, old.end);
  if (current !== undefined)
    return { ok: true, text: applySplices(now.text, [{ start: current.start, end: current.end, insert: words }]) };
  const raw = insertRaw(now, path, words);
  return raw.ok ? raw : insertMember(now, path, key, valueAt(before.value, [...path, key]));
}

function restoreDropped(text: string, before: JsoncDocument, path: readonly string[], undo: ChangeUndo): Inverse {
  const now = parseJsonc(text);
  return now.ok
    ? checked(putBack(now.document, before, path.slice(0, -1), path.at(-1) ?? ''), undo)
    : no(undo, 'it cannot be read any more');
}

/** Nothing is written that does not parse. */
function checked(edited: Edited, undo: ChangeUndo): Inverse {
  if (!edited.ok) return no(undo, edited.reason);
  return parseJsonc(edited.text).ok ? accept(edited.text) : no(undo, 'the file would not parse afterwards');
}

const andThen = (text: Inverse, next: (text: string) => Inverse): Inverse => (text.ok ? next(text.value) : text);

const no = ({ path }: ChangeUndo, why: string): Inverse =>
  deny(
    refuse('action_refused', `The change in ${path} cannot be undone: ${why}. Nothing was changed. Undo it by hand.`),
  );
