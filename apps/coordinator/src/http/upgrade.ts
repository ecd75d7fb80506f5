import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { LINK_FRAME_BYTES_MAX } from '@mcp-coordinator/contract/link-transport';
import { REFUSALS, type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { hostAllowed, originAllowed } from './allowed-hosts.ts';
import { type CheckCredential, sessionCookieName } from './authenticate-request.ts';
import type { Caller, Machine } from './caller.ts';
import { problemOf } from './problem.ts';
import type { RefusalAudit } from './refusal-audit.ts';

export interface UpgradeOptions {
  log: Logger;
  publicUrl: URL;
  checkCredential: CheckCredential;
  refusalAudit: Pick<RefusalAudit, 'record'>;
  acceptEvents: (socket: WebSocket, admitted: { caller?: Caller }) => void;
  acceptLink: (socket: WebSocket, machine: Machine) => void;
}
type Admitted = { to: 'events'; caller?: Caller } | { to: 'link'; machine: Machine };

/** Upgrades have no request id of their own. */
const UPGRADE = 'upgrade';
const LINK = /^\/api\/v1\/servers\/([^/]+)\/link$/;
/** What a browser or script sends on `/ws` is small; frames above this end the connection. */
const MESSAGE_BYTES_MAX = 64 * 1024;

/** Admits WebSockets: `/ws` for events, `…/link` for servers that dial in. Refused before the handshake, as HTTP. */
export function takeUpgrades(server: Server, options: UpgradeOptions): { close: () => void } {
  const events = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX });
  // Not synchronous: the MCP client loses a progress message that arrives together with its result.
  const links = new WebSocketServer({
    noServer: true,
    maxPayload: LINK_FRAME_BYTES_MAX,
    allowSynchronousEvents: false,
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    admit(request, options)
      .then((admitted) => {
        if (!admitted.ok) return refuseUpgrade(socket, admitted.refusal);
        const { value } = admitted;
        const sockets = value.to === 'events' ? events : links;
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          if (value.to === 'link') options.acceptLink(webSocket, value.machine);
          else options.acceptEvents(webSocket, value.caller ? { caller: value.caller } : {});
        });
      })
      .catch((error: unknown) => {
        options.log.error({ err: error }, 'an upgrade failed');
        refuseUpgrade(socket, refuse('internal_error', 'Something went wrong on our side.'));
      });
  });
  return {
    close: () => {
      events.close();
      links.close();
    },
  };
}

async function admit(request: IncomingMessage, options: UpgradeOptions): Promise<Result<Admitted, Refusal>> {
  if (!hostAllowed(request.headers.host, options.publicUrl))
    return deny(refuse('host_not_allowed', 'This Host is not one of ours.'));
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (path === '/ws') return admitEvents(request, options);
  const serverId = decoded(LINK.exec(path)?.[1] ?? '');
  if (serverId) return admitLink(request, serverId, options);
  return deny(refuse('not_found', `There is no WebSocket at ${path}.`));
}

/** Nothing for what is no percent-encoding. */
function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const check = ({ headers }: IncomingMessage, { checkCredential }: UpgradeOptions, cookie: string | undefined) => {
  const apiKey = headers['x-api-key'];
  return checkCredential({
    authorization: headers.authorization,
    apiKey: typeof apiKey === 'string' ? apiKey : undefined,
    cookie,
    fresh: true,
  });
};

/** Without a credential the socket opens and must authenticate by its first message. */
async function admitEvents(request: IncomingMessage, options: UpgradeOptions): Promise<Result<Admitted, Refusal>> {
  const { authorization, origin, host, 'x-api-key': apiKey } = request.headers;
  const foreign = origin !== undefined && !originAllowed(origin, host, options.publicUrl);
  if (foreign) return deny(refuse('origin_not_allowed', 'The connection comes from a page of another site.'));
  const cookie = origin === undefined ? undefined : cookieOf(request, sessionCookieName(options.publicUrl));
  if (authorization === undefined && apiKey === undefined && cookie === undefined) return accept({ to: 'events' });
  const checked = await check(request, options, cookie);
  return checked.ok ? accept({ to: 'events', caller: checked.value }) : checked;
}

async function admitLink(
  request: IncomingMessage,
  serverId: string,
  options: UpgradeOptions,
): Promise<Result<Admitted, Refusal>> {
  const checked = await check(request, options, undefined);
  if (!checked.ok) return checked;
  const caller = checked.value;
  if (caller.kind === 'machine' && caller.serverId === serverId) return accept({ to: 'link', machine: caller });
  const refusal = refuse('key_bound_elsewhere', `Only the key of ${serverId} may open its link.`);
  const address = request.socket.remoteAddress ?? 'unknown';
  await options.refusalAudit.record({ route: 'link', caller, address, target: serverId, refusal, requestId: UPGRADE });
  return deny(refusal);
}

function cookieOf(request: IncomingMessage, wanted: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, ...value] = part.trim().split('=');
    if (name === wanted) return decoded(value.join('='));
  }
  return undefined;
}

function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const { status, title } = REFUSALS[refusal.code];
  const body = JSON.stringify(problemOf(refusal, UPGRADE));
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
