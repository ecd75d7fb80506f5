import { leafText } from '@mcp-coordinator/core/audit/audit-leaf';
import { sha256Hex } from '../../../runtime.ts';
import { hashOfLeaf, hex } from '../merkle-bytes.ts';
import type { StoredRecord, TreeEntry } from './verify.store.ts';

/** What is wrong at one place of the tree; empty when the record is as it was written. */
export function checkEntry({ leafIndex, leaf, record }: TreeEntry): { recordId: string; problem: string }[] {
  if (leaf === null) {
    if (record === null) return [];
    return [
      {
        recordId: record.id,
        problem: `The record claims leaf ${leafIndex}, which the tree does not have: it was inserted.`,
      },
    ];
  }
  const { recordId } = leaf;
  if (record === null) return [{ recordId, problem: 'The record of this leaf was deleted, or moved from its place.' }];
  if (record.id !== recordId) {
    const problem = `Record ${record.id} stands in the place of record ${recordId}: they were swapped, or one was put in.`;
    return [{ recordId, problem }];
  }
  const problems = checkRecord(record);
  if (hex(hashOfLeaf(record.leaf)) !== leaf.leafHash) {
    problems.push('The leaf text is not the one that was hashed into the tree.');
  }
  return problems.map((problem) => ({ recordId, problem }));
}

/** The columns of a record against its own leaf text; a payload that was erased is taken at the leaf's word. */
function checkRecord(record: StoredRecord): string[] {
  const { payload } = record;
  const detailsHash = payload === null ? writtenHash(record.leaf) : sha256Hex(payload);
  const timestamp = isoOf(record.timestamp);
  if (leafText({ ...record, timestamp, detailsHash }) === record.leaf) return [];
  const written = readLeaf(record.leaf);
  if (written === undefined) return ['The leaf text cannot be read.'];
  const edited = HEADER_FIELDS.filter((field) => ({ ...record, timestamp })[field] !== written[field]).map(
    (field) => `The ${field} was edited.`,
  );
  if (detailsHash !== written['detailsHash']) edited.push('The details were edited.');
  return edited.length > 0 ? edited : ['The leaf text was edited.'];
}

const HEADER_FIELDS = ['id', 'timestamp', 'actor', 'action', 'target', 'result', 'requestId'] as const;

/** PostgreSQL's text of a time in UTC, to the microsecond, as a leaf holds it; what no record can hold stays different. */
function isoOf(text: string): string {
  const [day, time = ''] = text.split(' ');
  const [seconds, fraction = ''] = time.split('.');
  return `${day}T${seconds}.${fraction.padEnd(3, '0')}Z`;
}

const writtenHash = (leaf: string): string => String(readLeaf(leaf)?.['detailsHash']);

function readLeaf(leaf: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(leaf);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    // Someone wrote it who is not us, so that any text can stand there.
    return undefined;
  }
}
