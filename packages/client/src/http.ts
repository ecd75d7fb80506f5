import { API_BASE, type RouteDefinition } from '@mcp-coordinator/contract/route';
import { type RouteName, routes } from '@mcp-coordinator/contract/routes';
import { backoffMs, pause } from './backoff.ts';
import { readRefusal } from './problem.ts';
import { randomId } from './random-id.ts';
import type { ApiRefusal, CallOptions, Client } from './route-call.ts';

export type Credential = { readonly kind: 'bearer'; readonly token: string } | { readonly kind: 'cookie' };

export interface ClientOptions {
  /** Where the coordinator is, without the API's base path: `http://localhost:3000`; empty for the page's own origin. */
  baseUrl: string;
  fetch?: typeof globalThis.fetch;
  credential?: Credential;
  /** Tries of a call that is safe to repeat, the first one included; 3 when absent. */
  attemptsMax?: number;
  /** Milliseconds before the first repetition; it doubles from there. */
  retryBaseMs?: number;
}

/** No answer came: the coordinator cannot be reached. Whether a write that may not be repeated took place is not known. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

interface Sent {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}
type Answer =
  | { readonly ok: true; readonly status: number; readonly value: unknown }
  | { readonly ok: false; readonly refusal: ApiRefusal };

const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  throw new TypeError('a path or query parameter is neither text, number nor boolean');
};

/** Path and query of a call, below the API's base; also fit for a download link. */
export const routePath = (route: Pick<RouteDefinition, 'path'>, sent: Pick<Sent, 'params' | 'query'>): string => {
  const path = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(asText(sent.params?.[name])),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(sent.query ?? {})) {
    if (value !== undefined) query.append(name, asText(value));
  }
  return `${API_BASE}${path}${query.size > 0 ? `?${query}` : ''}`;
};

const requestInit = (
  route: RouteDefinition,
  sent: Sent,
  options: CallOptions,
  credential?: Credential,
): RequestInit => {
  const headers = new Headers({ accept: 'application/json, application/problem+json, */*;q=0.5' });
  if (sent.body !== undefined) headers.set('content-type', 'application/json');
  if (credential?.kind === 'bearer') headers.set('authorization', `Bearer ${credential.token}`);
  if (route.idempotent) headers.set('idempotency-key', options.idempotencyKey ?? randomId());
  return {
    method: route.method,
    headers,
    // A bearer never travels together with whatever cookies the page has.
    credentials: credential?.kind === 'cookie' ? 'same-origin' : 'omit',
    ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
    ...(options.signal ? { signal: options.signal } : {}),
  };
};

const readAnswer = async (route: RouteDefinition, response: Response): Promise<Answer> => {
  const declared = route.responses[response.status];
  if (!response.ok || declared === undefined) return { ok: false, refusal: await readRefusal(response) };
  return { ok: true, status: response.status, value: declared === 'file' ? response : await response.json() };
};

/**
 * The typed client of the HTTP API: a method for each route. Refusals are values; that nothing answered is thrown as
 * `UnreachableError`, after a bounded number of tries where repeating is safe (reads, and writes with an Idempotency-Key).
 */
export const createClient = (options: ClientOptions): Client => {
  const { baseUrl, credential, attemptsMax = 3, retryBaseMs = 250 } = options;
  const send = options.fetch ?? globalThis.fetch.bind(globalThis);

  const call = async (route: RouteDefinition, sent: Sent = {}, callOptions: CallOptions = {}): Promise<Answer> => {
    const url = baseUrl.replace(/\/$/, '') + routePath(route, sent);
    const init = requestInit(route, sent, callOptions, credential);
    const attempts = route.method === 'GET' || route.idempotent ? attemptsMax : 1;
    const attempt = async (count: number): Promise<Answer> => {
      try {
        return await readAnswer(route, await send(url, init));
      } catch (cause) {
        if (callOptions.signal?.aborted) throw cause;
        if (count >= attempts) throw new UnreachableError(`no answer from ${baseUrl || 'the coordinator'}`, { cause });
      }
      await pause(backoffMs(count - 1, retryBaseMs, 4_000, Math.random), callOptions.signal);
      return attempt(count + 1);
    };
    return attempt(1);
  };

  const methods = (Object.keys(routes) as RouteName[]).map((name) => [
    name,
    (sent?: Sent, callOptions?: CallOptions) => call(routes[name], sent, callOptions),
  ]);
  // The table's types say what each name takes and gives; one generic implementation serves them all.
  return Object.fromEntries(methods) as Client;
};
