import { readFile } from 'node:fs/promises';
import { cosignedAt } from '@mcp-coordinator/core/audit/cosignature';
import { type NoteKey, parseNote, parseVerifierKey, type SignedNote } from '@mcp-coordinator/core/audit/signed-note';
import { type BundleReport, verifyBundle } from '@mcp-coordinator/core/audit/verify-bundle';
import { platform } from './platform.ts';
import { readLines } from './read-lines.ts';

/** What was asked for cannot be used; the message says what and why. */
export class UsageError extends Error {}

export interface VerifyRequest {
  /** Bundles in the order of their leaves: archives, and an export that goes on from them. */
  readonly files: readonly string[];
  /** Verifier keys, or files of them, one a line. */
  readonly keys: readonly string[];
  /** A file with the checkpoint that was kept elsewhere; of several in it the last. */
  readonly checkpoint?: string | undefined;
}

export interface FileReport extends BundleReport {
  readonly file: string;
}

/** Verifies each file, and that each begins where the one before it ended, with the same history. */
export async function verifyFiles({ files, keys, checkpoint }: VerifyRequest): Promise<FileReport[]> {
  const trusted = (await Promise.all(keys.map(readKeys))).flat();
  const kept = checkpoint === undefined ? undefined : await readCheckpoint(checkpoint);
  const witnesses = trusted.filter(({ kind }) => kind === 'cosignature');
  const { sha256, verify } = platform;
  if (kept && witnesses.some((witness) => cosignedAt(kept, witness, sha256, verify) === undefined))
    throw new UsageError(`${checkpoint} does not bear the cosignature of the witness whose key was given.`);
  const trust = { keys: trusted.filter(({ kind }) => kind !== 'cosignature'), kept };
  const reports: FileReport[] = [];
  for (const [at, file] of files.entries()) {
    const last = reports.at(-1);
    const before = last?.rootHash ? { end: last.end, root: last.rootHash } : undefined;
    // Only of an archive the checkpoint ends where its records do.
    const chained = last && last.size === last.end ? before : undefined;
    const report = await verifyBundle(
      readLines(file),
      { ...trust, before: chained, continued: at < files.length - 1 },
      platform,
    );
    reports.push({ file, ...report });
  }
  return reports;
}

async function readKeys(given: string): Promise<NoteKey[]> {
  const key = parseVerifierKey(given, platform.sha256);
  if (key) return [key];
  const lines = (await readText(given)).split('\n').map((line) => line.replace(/#.*$/, '').trim());
  return lines.filter(Boolean).map((line) => {
    const read = parseVerifierKey(line, platform.sha256);
    if (read === undefined) throw new UsageError(`${given} holds a line that is no verifier key: ${line}`);
    return read;
  });
}

async function readCheckpoint(path: string): Promise<SignedNote> {
  const paragraphs = (await readText(path)).split('\n\n');
  const note = parseNote(paragraphs.slice(-2).join('\n\n'));
  if (note === undefined)
    throw new UsageError(`${path} holds no checkpoint: three lines, an empty one, and signatures.`);
  return note;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${error instanceof Error ? error.message : 'unknown'}).`);
  }
}
