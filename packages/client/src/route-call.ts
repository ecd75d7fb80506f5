import type { FieldError, RefusalCode } from '@mcp-coordinator/contract/refusals';
import type { RouteDefinition, RouteReply, RouteRequest } from '@mcp-coordinator/contract/route';
import type { RouteName, Routes } from '@mcp-coordinator/contract/routes';

/** The type of `{}`: what it satisfies may be left out by the caller. */
type Nothing = Record<never, never>;

type Relaxed<T> = { [K in keyof T as Nothing extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as Nothing extends T[K] ? K : never]?: T[K];
};
type Flat<T> = { [K in keyof T]: T[K] };
type Declared<T> = { [K in keyof T as T[K] extends undefined ? never : K]: T[K] };

/** `{params, query, body}` of a route, without those it does not declare; a part with no required field is optional. */
export type CallInput<Name extends RouteName> = Flat<Relaxed<Declared<RouteRequest<Routes[Name]>>>>;

export interface CallOptions {
  signal?: AbortSignal;
  /** For routes that take one; made by the client when absent, and kept over its retries. */
  idempotencyKey?: string;
}

export type CallArguments<Name extends RouteName> =
  Nothing extends CallInput<Name>
    ? [input?: CallInput<Name>, options?: CallOptions]
    : [input: CallInput<Name>, options?: CallOptions];

/** A refusal as it came over the wire (RFC 9457). `requestId` is empty when no coordinator answered. */
export interface ApiRefusal {
  readonly code: RefusalCode;
  readonly status: number;
  readonly title: string;
  /** What happened, what was not changed, what to do. */
  readonly detail: string;
  readonly requestId: string;
  readonly errors: readonly FieldError[];
  /** From `Retry-After`, in seconds. */
  readonly retryAfterSeconds: number | null;
}

type Accepted<R extends RouteDefinition, Reply> = Reply extends {
  status: infer Status extends number;
  body: infer Body;
}
  ? {
      readonly ok: true;
      readonly status: Status;
      readonly value: R['responses'][Status] extends 'file' ? Response : Body;
    }
  : never;

/** What a call comes to: one variant for each declared success status, or the refusal. */
export type CallResult<Name extends RouteName> =
  | Accepted<Routes[Name], RouteReply<Routes[Name]>>
  | { readonly ok: false; readonly refusal: ApiRefusal };

/** The body of a success, whatever its status; a `Response` for files. */
export type CallValue<Name extends RouteName> = Extract<CallResult<Name>, { ok: true }>['value'];

/** One method for each route of the contract. */
export type Client = {
  readonly [Name in RouteName]: (...input: CallArguments<Name>) => Promise<CallResult<Name>>;
};
