import { cosignedAt } from '@mcp-coordinator/core/audit/cosignature';
import { addCheckpointBody } from '@mcp-coordinator/core/audit/decide-witness';
import { type NoteKey, parseNote } from '@mcp-coordinator/core/audit/signed-note';
import { sha256, verifyEd25519 } from '../merkle-bytes.ts';
import type { Witness, WitnessAnswer } from './witness.ts';

const WITHIN_MS = 10_000;
const ANSWER_MAX = 10_000;

/** A witness of the C2SP protocol: `POST add-checkpoint` below its URL. With its key the cosignature is verified. */
export const createHttpWitness = (url: URL, key: NoteKey | undefined): Witness => ({
  name: url.host,
  show: async ({ oldSize, proof, note }) => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(new URL('add-checkpoint', url.href.endsWith('/') ? url : `${url.href}/`), {
        method: 'POST',
        body: addCheckpointBody(oldSize, proof, note),
        signal: AbortSignal.timeout(WITHIN_MS),
        redirect: 'error',
      });
      text = (await response.text()).slice(0, ANSWER_MAX);
    } catch (error) {
      return { kind: 'away', why: `it does not answer (${error instanceof Error ? error.message : 'unknown'})` };
    }
    return readAnswer(response.status, text, note, key);
  },
});

function readAnswer(status: number, text: string, note: string, key: NoteKey | undefined): WitnessAnswer {
  if (status === 409 && /^\d{1,16}\n$/.test(text)) return { kind: 'seen', size: Number(text) };
  if (status >= 500 || status === 429) return { kind: 'away', why: `it answered ${status}` };
  if (status !== 200) return { kind: 'refused', why: REASONS[status] ?? `it answered ${status}` };
  const cosigned = parseNote(note + text);
  if (cosigned === undefined) return { kind: 'refused', why: 'its cosignature cannot be read' };
  if (key !== undefined && cosignedAt(cosigned, key, sha256, verifyEd25519) === undefined)
    return { kind: 'refused', why: 'its cosignature is not of the key in AUDIT_WITNESS_KEY' };
  return { kind: 'taken', note: note + text };
}

const REASONS: Record<number, string> = {
  403: 'it does not trust the key that signed the checkpoint',
  404: 'it does not know this log',
  409: 'it has seen another history of the same size',
  422: 'what it has seen is not the beginning of this log: history was rewritten',
};
