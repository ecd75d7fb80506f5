import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import {
  HOP_MEDIA_TYPE,
  HOP_PATH,
  type HopLine,
  type HopProgress,
  type HopRequest,
  hopLineSchema,
} from '@mcp-coordinator/contract/instances.contract';
import type { HopSeal } from './hop-seal.ts';

export interface HopPeer {
  id: string;
  url: string;
}
/** `lost`: it went out, and what became of it is not known. `not_delivered`: nobody was asked for anything. */
export type HopOutcome =
  | Extract<HopLine, { type: 'done' | 'refused' }>
  | { type: 'not_delivered'; reason: string }
  | { type: 'lost'; reason: string };

export interface SendHopDeps {
  seal: HopSeal;
  /** Every instance answers under this name, on whatever address it is reached. */
  publicUrl: URL;
  /** Certificates that are trusted beside the usual ones (PEM). */
  ca?: string | undefined;
}

export interface HopOptions {
  signal: AbortSignal;
  onProgress?: ((progress: HopProgress) => void) | undefined;
}

const SOCKETS_MAX = 256;
/** Errors before a byte could have been read over there. */
const NEVER_ARRIVED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);

/** One call over to the instance that holds the link, and what it answers. */
export function createHopSender({ seal, publicUrl, ca }: SendHopDeps) {
  const plain = new HttpAgent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const secure = new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS_MAX, ...(ca === undefined ? {} : { ca }) });

  const post = (peer: HopPeer, ticket: string, body: string, signal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const url = new URL(HOP_PATH, peer.url);
      const options = {
        method: 'POST',
        signal,
        headers: {
          host: publicUrl.host,
          authorization: `Hop ${ticket}`,
          'content-type': HOP_MEDIA_TYPE,
          'content-length': Buffer.byteLength(body),
        },
      };
      const sent =
        url.protocol === 'https:'
          ? requestHttps(url, { ...options, agent: secure, servername: publicUrl.hostname })
          : requestHttp(url, { ...options, agent: plain });
      sent.once('response', resolve).once('error', reject).end(body);
    });

  /** Reads the answer to its last line. */
  const read = async (
    response: IncomingMessage,
    id: string,
    onProgress: HopOptions['onProgress'],
  ): Promise<HopOutcome> => {
    let part = 0;
    for await (const text of linesOf(response)) {
      const line = hopLineSchema.parse(await seal.open(text, id, `answer ${part}`));
      part += 1;
      if (line.type === 'not_held') return { type: 'not_delivered', reason: 'the link is not there any more' };
      if (line.type !== 'progress') return line;
      onProgress?.(line.progress);
    }
    return { type: 'lost', reason: 'the answer ended early' };
  };

  return {
    send: async (peer: HopPeer, message: HopRequest, { signal, onProgress }: HopOptions): Promise<HopOutcome> => {
      const { id, ticket } = await seal.issue(peer.id);
      const body = await seal.seal(message, id, 'request');
      let response: IncomingMessage | undefined;
      try {
        response = await post(peer, ticket, body, signal);
        if (response.statusCode === 200) return await read(response, id, onProgress);
        // A status of its own is given before anything is done.
        return { type: 'not_delivered', reason: `the instance answered ${response.statusCode}` };
      } catch (error) {
        const { code = '', message: reason } = error as NodeJS.ErrnoException;
        return { type: response === undefined && NEVER_ARRIVED.has(code) ? 'not_delivered' : 'lost', reason };
      } finally {
        response?.resume();
      }
    },
    close: (): void => {
      plain.destroy();
      secure.destroy();
    },
  };
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  response.setEncoding('latin1');
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
