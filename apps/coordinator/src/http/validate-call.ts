import { type FieldError, type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { RouteDefinition } from '@mcp-coordinator/contract/route';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { z } from 'zod';

interface RawCall {
  params: unknown;
  query: unknown;
  body: unknown;
}

const ERRORS_MAX = 20;
const escapePointer = (segment: PropertyKey): string => String(segment).replaceAll('~', '~0').replaceAll('/', '~1');

/** The innermost errors: a union reports its branch that came furthest. */
function fieldErrors(issues: readonly z.core.$ZodIssue[], prefix: string): FieldError[] {
  return issues.flatMap((issue) => {
    const path = `${prefix}${issue.path.map((segment) => `/${escapePointer(segment)}`).join('')}`;
    if (issue.code !== 'invalid_union' || issue.errors.length === 0)
      return [{ path: path || '/', message: issue.message }];
    const closest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
    return fieldErrors(closest, path);
  });
}

const parts = (route: RouteDefinition, raw: RawCall) =>
  [
    { name: 'params', prefix: '/params', schema: route.params, value: raw.params },
    { name: 'query', prefix: '/query', schema: route.query, value: raw.query },
    { name: 'body', prefix: '', schema: route.body, value: raw.body },
  ] as const;

/** Parses what a route declares; whatever it does not declare must not be sent. */
export function validateCall(route: RouteDefinition, raw: RawCall): Result<RawCall, Refusal<'invalid_request'>> {
  const errors: FieldError[] = [];
  const parsed: RawCall = { params: undefined, query: undefined, body: undefined };
  for (const { name, prefix, schema, value } of parts(route, raw)) {
    if (!schema) {
      if (!isNothing(value)) errors.push({ path: prefix || '/', message: 'is not expected here' });
      continue;
    }
    const result = schema.safeParse(value ?? (name === 'body' ? undefined : {}));
    if (result.success) parsed[name] = result.data;
    else errors.push(...fieldErrors(result.error.issues, prefix));
  }
  if (errors.length === 0) return accept(parsed);
  return deny(
    refuse('invalid_request', 'The request is well-formed but not valid. Nothing was changed.', {
      errors: errors.slice(0, ERRORS_MAX),
    }),
  );
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
