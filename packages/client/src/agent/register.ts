import type { RegisterCompliance, RegisterInstaller } from '@mcp-coordinator/contract/servers.contract';
import { serverRoutes } from '@mcp-coordinator/contract/servers.contract';

/** What a server says of itself when it registers; the nonce is made for each link. */
export type Registration =
  | Omit<RegisterInstaller, 'nonce' | 'endpoint'>
  | Omit<RegisterCompliance, 'nonce' | 'endpoint'>;

/** What the coordinator answered. */
export interface Registered {
  readonly serverId: string;
  /** Where to dial in, on the address that was configured. */
  readonly link: string;
  /** Where the keys that sign grants are read, on the address that was configured. */
  readonly jwks: string;
  /** The `iss` of grants: the coordinator's public URL, as its own answer gives it. */
  readonly issuer: string;
}

/** The coordinator answered and said no; `status` is the HTTP status, `message` its own words. */
export class RegistrationRefusedError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const JWKS_PATH = '/.well-known/jwks.json';
const REGISTER_TIMEOUT_MS = 10_000;
const answerSchema = serverRoutes.registerServer.responses[200];

/** Registers, or registers again, under a fresh nonce. Throws RegistrationRefusedError, or what `fetch` throws when nobody answers. */
export async function register(
  base: string,
  apiKey: string,
  registration: Registration,
  nonce: string,
  signal: AbortSignal,
): Promise<Registered> {
  const response = await fetch(new URL('/api/v1/servers/register', base), {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...registration, nonce }),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(REGISTER_TIMEOUT_MS)]),
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new RegistrationRefusedError(response.status, detailOf(body) ?? `HTTP ${response.status}`);
  const answer = answerSchema.safeParse(body);
  if (!answer.success)
    throw new RegistrationRefusedError(response.status, 'the answer to the registration is not understood');
  if (answer.data.link === null)
    throw new RegistrationRefusedError(response.status, 'the coordinator offers no link for this server');
  return onConfiguredAddress(base, answer.data.serverId, answer.data.link, answer.data.jwks);
}

/** The API key goes to the address that was configured and to no other, so only paths are taken from the answer. */
function onConfiguredAddress(base: string, serverId: string, link: string, jwks: string): Registered {
  const dial = new URL(new URL(link).pathname, base);
  dial.protocol = dial.protocol === 'https:' ? 'wss:' : 'ws:';
  const keys = new URL(jwks);
  const prefix = keys.pathname.endsWith(JWKS_PATH) ? keys.pathname.slice(0, -JWKS_PATH.length) : '';
  return { serverId, link: dial.href, jwks: new URL(keys.pathname, base).href, issuer: `${keys.origin}${prefix}` };
}

function detailOf(body: unknown): string | undefined {
  const { detail, title } = (typeof body === 'object' && body !== null ? body : {}) as {
    detail?: unknown;
    title?: unknown;
  };
  if (typeof detail === 'string') return detail;
  return typeof title === 'string' ? title : undefined;
}
