import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { valueAt } from '@mcp-coordinator/core/configuration/json-pointer';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { ConfigDocument } from '../files/config-document.ts';
import { parseConfig } from '../files/parse-config.ts';
import type { Edited } from '../files/splices.ts';
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
  const before = parsed(bytes, config.file.format).document;
  if (before === null) return no(undo, 'the snapshot from before it cannot be read');
  const entryBack = entryPutBack(machine.keyedHash, undo, config.document, before);
  return undo.dropped.reduce<Inverse>(
    (text, path) => andThen(text, (current) => restoreDropped(current, before, path, undo)),
    entryBack,
  );
}

function entryPutBack(keyedHash: KeyedHash, undo: ChangeUndo, now: ConfigDocument, before: ConfigDocument): Inverse {
  const path = [...undo.root, undo.name];
  const [entry, entryBefore] = [valueAt(now.value, path), valueAt(before.value, path)];
  // Taken back by someone else, by the action itself when its server did not start, or never touched.
  if (stableText(entry ?? null) === stableText(entryBefore ?? null)) return accept(now.text);
  const entryNow = entry === undefined ? 'nothing' : keyedHash(stableText(entry));
  if (entryNow !== undo.entryAfter) return no(undo, `the entry ${undo.name} was changed by someone else since`);
  return checked(putBack(now, before, path), before, undo);
}

/** Makes a member what it was: its very words where it had some, absent where it was not there. */
function putBack(now: ConfigDocument, before: ConfigDocument, path: readonly string[]): Edited {
  const old = valueAt(before.value, path);
  if (old === undefined)
    return valueAt(now.value, path) === undefined ? { ok: true, text: now.text } : now.remove(path);
  const words = before.words(path);
  const worded = words === undefined ? undefined : now.putBack(path, words);
  return worded?.ok === true && hasValue(worded.text, now, path, old) ? worded : now.set(path, old);
}

const hasValue = (text: string, { format }: ConfigDocument, path: readonly string[], value: unknown): boolean => {
  const parsedText = parseConfig(text, format);
  return parsedText.ok && stableText(valueAt(parsedText.document.value, path) ?? null) === stableText(value ?? null);
};

function restoreDropped(text: string, before: ConfigDocument, path: readonly string[], undo: ChangeUndo): Inverse {
  const now = parseConfig(text, before.format);
  return now.ok ? checked(putBack(now.document, before, path), before, undo) : no(undo, 'it cannot be read any more');
}

/** Nothing is written that does not parse. */
function checked(edited: Edited, { format }: ConfigDocument, undo: ChangeUndo): Inverse {
  if (!edited.ok) return no(undo, edited.reason);
  return parseConfig(edited.text, format).ok ? accept(edited.text) : no(undo, 'the file would not parse afterwards');
}

const andThen = (text: Inverse, next: (text: string) => Inverse): Inverse => (text.ok ? next(text.value) : text);

const no = ({ path }: ChangeUndo, why: string): Inverse =>
  deny(
    refuse('action_refused', `The change in ${path} cannot be undone: ${why}. Nothing was changed. Undo it by hand.`),
  );
