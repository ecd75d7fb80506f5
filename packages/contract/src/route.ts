import type { z } from 'zod';
import type { Permission } from './permissions.ts';
import type { RefusalCode } from './refusals.ts';

/**
 * One endpoint, as data: the server binds it, the client is derived from it, OpenAPI is generated from it.
 * `access` is `public`, `authenticated` (any valid credential), or the permissions of which one is needed.
 * `people` shuts machine keys out even where they would hold the permission.
 * `refusals` are those beyond the ones that every route shares (`COMMON_REFUSALS`).
 */
export interface RouteDefinition {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the base path, `:name` for parameters. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly tag: string;
  readonly access: 'public' | 'authenticated' | readonly Permission[];
  readonly people?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject | z.ZodUnion<readonly z.ZodObject[]>;
  readonly responses: Readonly<Record<number, z.ZodType | 'file'>>;
  readonly refusals: readonly RefusalCode[];
  /** Takes an `Idempotency-Key` header (CONTRACT §1). */
  readonly idempotent?: true;
}

export const defineRoutes = <const Table extends Record<string, RouteDefinition>>(table: Table): Table => table;

/** What any route may answer, whatever it does. */
export const COMMON_REFUSALS = [
  'malformed_json',
  'invalid_request',
  'host_not_allowed',
  'rate_limited',
  'payload_too_large',
  'unsupported_media_type',
  'internal_error',
  'dependency_unavailable',
] as const satisfies readonly RefusalCode[];

export const API_BASE = '/api/v1';

type Input<T> = T extends z.ZodType ? z.output<T> : undefined;
type Sent<T> = T extends z.ZodType ? z.input<T> : undefined;

/** What a handler gets: parsed, with defaults filled in. */
export interface RouteInput<R extends RouteDefinition> {
  params: Input<R['params']>;
  query: Input<R['query']>;
  body: Input<R['body']>;
}

/** What a caller sends: before parsing. */
export interface RouteRequest<R extends RouteDefinition> {
  params: Sent<R['params']>;
  query: Sent<R['query']>;
  body: Sent<R['body']>;
}

/** `{status, body}` for each declared success status of a route. */
export type RouteReply<R extends RouteDefinition> = {
  [S in keyof R['responses'] & number]: {
    status: S;
    body: R['responses'][S] extends z.ZodType ? z.input<R['responses'][S]> : FileReply;
  };
}[keyof R['responses'] & number];

/** A body that is not JSON: a report, an export, a page. */
export interface FileReply {
  contentType: string;
  /** Offered to the browser as a download under this name. */
  fileName?: string;
  content: string | Uint8Array | AsyncIterable<string>;
}
