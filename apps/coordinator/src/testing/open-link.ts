import { linkPath } from '@mcp-coordinator/contract/link-transport';
import WebSocket from 'ws';
import type { TestApp } from './harness.ts';

export interface OpenedLink {
  /** The HTTP status when the handshake was refused, with the problem's code; nothing when it opened. */
  readonly refused?: { status: number; code: string };
  readonly socket: WebSocket;
  /** The close code, once it is closed. */
  readonly closed: Promise<number>;
}

/** Opens a link with this credential and says nothing on it. */
export function openLink(app: TestApp, path: string, headers: Record<string, string>): Promise<OpenedLink> {
  const url = `${app.base.replace('http', 'ws')}${path.startsWith('/') ? path : linkPath(path)}`;
  const socket = new WebSocket(url, { headers });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('open', () => resolve({ socket, closed }));
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => {
        const { code } = JSON.parse(text) as { code: string };
        resolve({ socket, closed, refused: { status: response.statusCode ?? 0, code } });
      });
    });
  });
}
