import type { Refusal } from '@mcp-coordinator/contract/refusals';
import type { COMMON_REFUSALS, RouteDefinition, RouteInput, RouteReply } from '@mcp-coordinator/contract/route';
import type { RouteName, Routes } from '@mcp-coordinator/contract/routes';
import type { Anonymous, Caller, Person } from './caller.ts';

/** Who a handler can meet, by what its route declares. */
type CallerOf<R extends RouteDefinition> = R['access'] extends 'public'
  ? Caller | Anonymous
  : R extends { people: true }
    ? Person
    : Caller;

export interface Call<R extends RouteDefinition> extends RouteInput<R> {
  readonly caller: CallerOf<R>;
  readonly requestId: string;
  /** The client's address, through trusted proxies only. */
  readonly address: string;
  /** What the client calls itself; empty when it says nothing. */
  readonly userAgent: string;
}

type DeclaredRefusal<R extends RouteDefinition> = R['refusals'][number] | (typeof COMMON_REFUSALS)[number];
/** A success, with cookies to set where the route is about sessions; or one of the declared refusals, as a value. */
export type Answer<R extends RouteDefinition> =
  | (RouteReply<R> & { readonly cookies?: readonly CookieChange[] })
  | { readonly refusal: Refusal<DeclaredRefusal<R>> };

export interface CookieChange {
  readonly name: string;
  /** Nothing clears it. */
  readonly value?: string;
  readonly maxAgeSeconds?: number;
}

export type Handler<R extends RouteDefinition> = (call: Call<R>) => Promise<Answer<R>>;
export type Handlers<Names extends RouteName = RouteName> = { readonly [N in Names]: Handler<Routes[N]> };
