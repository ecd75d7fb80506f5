import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { cosignatureBytes, cosignedText } from '@mcp-coordinator/core/audit/cosignature';
import { decideWitness, parseAddCheckpoint } from '@mcp-coordinator/core/audit/decide-witness';
import { type NoteKey, parseVerifierKey, signatureLine, verifierKey } from '@mcp-coordinator/core/audit/signed-note';
import type { Logger } from 'pino';
import type { Clock } from '../../../runtime.ts';
import { publicKeyBytes, sha256, verifyEd25519 } from '../merkle-bytes.ts';
import type { WitnessState } from './witness-state.ts';

export interface WitnessServerOptions {
  /** Its own name: printable ASCII without spaces and plus signs. */
  readonly name: string;
  readonly key: KeyObject;
  /** Verifier keys of the logs that it watches. */
  readonly logs: readonly string[];
  readonly state: WitnessState;
  readonly clock: Clock;
  readonly log: Logger;
}

const BODY_MAX = 65_536;

/** A witness as C2SP tlog-witness describes it: `POST /add-checkpoint` alone. It has no database and knows no records. */
export function createWitnessServer(options: WitnessServerOptions): { server: Server; verifierKey: string } {
  const { name, key, state, clock, log } = options;
  const own: NoteKey = { name, publicKey: publicKeyBytes(key), kind: 'cosignature' };
  const logs = options.logs.map(readLogKey);
  if (createPublicKey(key).asymmetricKeyType !== 'ed25519') throw new Error('the key of a witness is an Ed25519 key');

  const add = async (body: string): Promise<{ status: number; text: string }> => {
    const asked = parseAddCheckpoint(body);
    if (asked === undefined) return { status: 400, text: 'The request is not as tlog-witness describes it.\n' };
    const { origin, size, root } = asked.checkpoint;
    // A log that began anew after a restore goes on under the keys of the one it was.
    const keys = logs
      .filter(({ name: known }) => origin === known || origin.startsWith(`${known}/epoch-`))
      .map((known) => ({ ...known, name: origin }));
    const decision = decideWitness(asked, keys, await state.read(origin), { sha256, verify: verifyEd25519 });
    log.info({ origin, size, status: decision.status }, 'a checkpoint was shown');
    if (decision.status === 409) return { status: 409, text: `${decision.size}\n` };
    if (decision.status !== 200) return { status: decision.status, text: 'The checkpoint was not taken.\n' };
    await state.write(origin, size, root);
    const seconds = Math.floor(clock().getTime() / 1_000);
    const signature = sign(null, Buffer.from(cosignedText(asked.note.text, seconds)), key);
    return { status: 200, text: signatureLine(own, cosignatureBytes(seconds, signature), sha256) };
  };

  // One after the other: two at once would both continue the same head.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (body: string): Promise<{ status: number; text: string }> => {
    const mine = turn.then(() => add(body));
    turn = mine.catch(() => undefined);
    return mine;
  };

  const server = createServer((request, response) => {
    const answer = (status: number, text: string): void => {
      const type = status === 409 ? 'text/x.tlog.size' : 'text/plain; charset=utf-8';
      response.writeHead(status, { 'content-type': type }).end(text);
    };
    if (request.url !== '/add-checkpoint') return answer(404, 'There is only /add-checkpoint.\n');
    if (request.method !== 'POST') return answer(405, 'POST a checkpoint here.\n');
    readBody(request)
      .then((body) => (body === undefined ? { status: 413, text: 'Too large.\n' } : inTurn(body)))
      .then(
        ({ status, text }) => answer(status, text),
        (error: unknown) => {
          log.error({ err: error }, 'a checkpoint could not be judged');
          answer(500, 'The witness failed; nothing was taken.\n');
        },
      );
  });
  return { server, verifierKey: verifierKey(own, sha256) };
}

function readLogKey(text: string): NoteKey {
  const key = parseVerifierKey(text, sha256);
  if (key === undefined)
    throw new Error(`the key of a log is name+hash+base64, as GET /audit/checkpoint shows it: ${text}`);
  return key;
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
