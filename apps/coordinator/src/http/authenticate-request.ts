import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { RouteDefinition } from '@mcp-coordinator/contract/route';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { FastifyRequest } from 'fastify';
import { originAllowed } from './allowed-hosts.ts';
import { ANONYMOUS, type Anonymous, type Caller } from './caller.ts';

export interface Credential {
  authorization?: string | undefined;
  apiKey?: string | undefined;
  /** Value of the session cookie. */
  cookie?: string | undefined;
  /** Asks the database rather than a cache: for calls that mint, approve or execute. */
  fresh: boolean;
}
export type CheckCredential = (
  credential: Credential,
) => Promise<Result<Caller, Refusal<'unauthenticated' | 'session_expired'>>>;
export type Authenticate = (
  request: FastifyRequest,
  route: Pick<RouteDefinition, 'method' | 'access'>,
) => Promise<Result<Caller | Anonymous, Refusal>>;

/**
 * Over TLS with the prefix that browsers hold to: set by this very host, over TLS, for all of it (RFC 6265bis §4.1.3.2). Over
 * plain HTTP they would refuse it.
 */
export const sessionCookieName = ({ protocol }: URL): string =>
  protocol === 'https:' ? '__Host-mcp_session' : 'mcp_session';

export function createAuthenticate(check: CheckCredential, publicUrl: URL): Authenticate {
  const cookieName = sessionCookieName(publicUrl);
  return async (request, route) => {
    const { authorization, 'x-api-key': apiKey, origin, host } = request.headers;
    const cookie = request.cookies[cookieName];
    const writes = route.method !== 'GET';
    // A browser sends the cookie by itself; where it does, the page that asks must be ours.
    const byCookie = authorization === undefined && apiKey === undefined && cookie !== undefined;
    if (writes && (byCookie || origin !== undefined) && !originAllowed(origin, host, publicUrl)) {
      return deny(refuse('origin_not_allowed', 'The request comes from a page of another site. Nothing was changed.'));
    }
    if (authorization === undefined && apiKey === undefined && cookie === undefined) return accept(ANONYMOUS);
    const checked = await check({
      authorization,
      apiKey: apiKey === undefined ? undefined : String(apiKey),
      cookie,
      fresh: needsFresh(route),
    });
    // Signing in again must work with a stale cookie in the browser.
    return !checked.ok && route.access === 'public' ? accept(ANONYMOUS) : checked;
  };
}

const needsFresh = ({ method, access }: Pick<RouteDefinition, 'method' | 'access'>): boolean =>
  method !== 'GET' &&
  Array.isArray(access) &&
  access.some((permission) => permission === 'approve_remediation' || permission === 'execute_remediation');
