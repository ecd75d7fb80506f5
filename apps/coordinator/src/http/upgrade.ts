import type { IncomingMessage, Server } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';
import { LINK_FRAME_BYTES_MAX } from '@mcp-coordinator/contract/link-transport';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { hostAllowed, originAllowed } from './allowed-hosts.ts';
import { type CheckCredential, sessionCookieName } from './authenticate-request.ts';
import { ANONYMOUS, type Caller, type Machine } from './caller.ts';
import { endWithProblem } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';
import type { RefusalAudit } from './refusal-audit.ts';
import { requestIdOf } from './request-id.ts';

export interface UpgradeOptions {
  log: Logger;
  publicUrl: URL;
  /** Proxies whose word on where a request comes from counts, separated by commas. */
  trustProxy: string | null;
  rateLimit: Pick<RateLimit, 'count'>;
  checkCredential: CheckCredential;
  refusalAudit: Pick<RefusalAudit, 'record'>;
  acceptEvents: (socket: WebSocket, admitted: { caller?: Caller }) => void;
  acceptLink: (socket: WebSocket, machine: Machine) => void;
}
/** With who asked, where that is known. */
type RefusedUpgrade = Refusal & { readonly caller?: Caller };
type Admitted = { to: 'events'; caller?: Caller } | { to: 'link'; machine: Machine };

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
    const requestId = requestIdOf(request.headers['x-request-id']);
    admit(request, requestId, options)
      .then((admitted) => {
        if (!admitted.ok) return endWithProblem(socket, admitted.refusal, requestId);
        const { value } = admitted;
        const sockets = value.to === 'events' ? events : links;
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          if (value.to === 'link') options.acceptLink(webSocket, value.machine);
          else options.acceptEvents(webSocket, value.caller ? { caller: value.caller } : {});
        });
      })
      .catch((error: unknown) => {
        options.log.error({ err: error }, 'an upgrade failed');
        endWithProblem(socket, refuse('internal_error', 'Something went wrong on our side.'), requestId);
      });
  });
  return {
    close: () => {
      events.close();
      links.close();
    },
  };
}

async function admit(
  request: IncomingMessage,
  requestId: string,
  options: UpgradeOptions,
): Promise<Result<Admitted, Refusal>> {
  if (!hostAllowed(request.headers.host, options.publicUrl))
    return deny(refuse('host_not_allowed', 'This Host is not one of ours.'));
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const serverId = decoded(LINK.exec(path)?.[1] ?? '');
  const to = path === '/ws' ? 'events' : 'link';
  if (to === 'events' || serverId) {
    const address = addressOf(request, options);
    const known = await (to === 'events' ? admitEvents(request, options) : admitLink(request, serverId ?? '', options));
    const admitted = await withinLimit(known, address, options);
    if (!admitted.ok) {
      const { caller = ANONYMOUS, ...refusal } = admitted.refusal;
      await options.refusalAudit.record({ route: to, caller, address, target: serverId || path, refusal, requestId });
    }
    return admitted;
  }
  return deny(refuse('not_found', `There is no WebSocket at ${path}.`));
}

/** As for requests: what came with a good credential counts for whose it is, everything else for where it came from. */
async function withinLimit(
  admitted: Result<Admitted, RefusedUpgrade>,
  address: string,
  { rateLimit }: UpgradeOptions,
): Promise<Result<Admitted, RefusedUpgrade>> {
  const caller = callerOf(admitted);
  const limited = await rateLimit.count(caller?.actor ?? `address:${address}`);
  return limited.ok ? admitted : deny({ ...limited.refusal, ...(caller ? { caller } : {}) });
}

function callerOf(admitted: Result<Admitted, RefusedUpgrade>): Caller | undefined {
  if (!admitted.ok) return admitted.refusal.caller;
  return admitted.value.to === 'link' ? admitted.value.machine : admitted.value.caller;
}

const addressOf = (request: IncomingMessage, { trustProxy }: UpgradeOptions): string =>
  proxyAddress(
    request,
    proxyAddress.compile(
      (trustProxy ?? '')
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean),
    ),
  );

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
async function admitEvents(
  request: IncomingMessage,
  options: UpgradeOptions,
): Promise<Result<Admitted, RefusedUpgrade>> {
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
): Promise<Result<Admitted, RefusedUpgrade>> {
  const checked = await check(request, options, undefined);
  if (!checked.ok) return checked;
  const caller = checked.value;
  if (caller.kind === 'machine' && caller.serverId === serverId) return accept({ to: 'link', machine: caller });
  return deny({ ...refuse('key_bound_elsewhere', `Only the key of ${serverId} may open its link.`), caller });
}

function cookieOf(request: IncomingMessage, wanted: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, ...value] = part.trim().split('=');
    if (name === wanted) return decoded(value.join('='));
  }
  return undefined;
}
