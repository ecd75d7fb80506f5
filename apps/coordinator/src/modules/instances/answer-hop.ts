import {
  HOP_MEDIA_TYPE,
  HOP_PATH,
  type HopLine,
  type HopProgress,
  type HopRequest,
  hopRequestSchema,
} from '@mcp-coordinator/contract/instances.contract';
import { LINK_FRAME_BYTES_MAX } from '@mcp-coordinator/contract/link-transport';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { sendProblem } from '../../http/problem.ts';
import type { HopSeal } from './hop-seal.ts';

/** Makes the call over the link that is held here; answers with the last line. */
export type AnswerHop = (
  request: HopRequest,
  options: { signal: AbortSignal; onProgress: (progress: HopProgress) => void },
) => Promise<HopLine>;

export interface HopRouteDeps {
  seal: HopSeal;
  log: Logger;
  answer: AnswerHop;
  /** Records an attempt without a ticket. */
  onRefused: (refused: { address: string; requestId: string; refusal: Refusal }) => Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the hop that was admitted. */
    hopId: string;
  }
}

/** What a link can carry, encrypted and in base 64. */
const HOP_BYTES_MAX = LINK_FRAME_BYTES_MAX * 1.5;

const STRANGER = refuse('unauthenticated', 'This is the road between instances. Nothing was done.');

/** The road between instances. Whoever has no ticket is refused before anything of the body is read. */
export function addHopRoute(app: FastifyInstance, { seal, log, answer, onRefused }: HopRouteDeps): void {
  void app.register((scope, _options, done) => {
    scope.decorateRequest('hopId', '');
    scope.addContentTypeParser(HOP_MEDIA_TYPE, { parseAs: 'string' }, (_request, body, parsed) => parsed(null, body));
    scope.post<{ Body: string }>(
      HOP_PATH,
      {
        bodyLimit: HOP_BYTES_MAX,
        onRequest: async (request, reply) => {
          const [, ticket = ''] = /^Hop (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
          const id = await seal.admit(ticket);
          if (id !== undefined) {
            request.hopId = id;
            return;
          }
          await onRefused({ address: request.ip, requestId: request.id, refusal: STRANGER });
          return sendProblem(reply, STRANGER, request.id);
        },
      },
      async (request, reply) => {
        const message = await openRequest(seal, request.body, request.hopId);
        if (!message)
          return sendProblem(
            reply,
            refuse('unauthenticated', 'The hop cannot be opened. Nothing was done.'),
            request.id,
          );
        reply.hijack();
        const { raw } = reply;
        const stopped = new AbortController();
        raw.once('close', () => stopped.abort());
        raw.writeHead(200, { 'content-type': HOP_MEDIA_TYPE });
        let part = 0;
        let written = Promise.resolve();
        const write = (line: HopLine): Promise<void> => {
          const name = `answer ${part}`;
          part += 1;
          written = written.then(async () => void raw.write(`${await seal.seal(line, request.hopId, name)}\n`));
          return written;
        };
        const progress = (step: HopProgress): void =>
          void write({ type: 'progress', progress: step }).catch(() => undefined);
        try {
          await write(await answer(message, { signal: stopped.signal, onProgress: progress }));
          raw.end();
        } catch (error) {
          // The other side takes an answer that breaks off for what it is.
          log.error({ err: error }, 'a call from another instance failed');
          raw.destroy();
        }
      },
    );
    done();
  });
}

async function openRequest(seal: HopSeal, body: string, hopId: string): Promise<HopRequest | undefined> {
  const opened = await seal.open(body, hopId, 'request').catch(() => undefined);
  return hopRequestSchema.safeParse(opened).data;
}
