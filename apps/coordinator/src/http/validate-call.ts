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
/** Names of fields come back in errors, values never; a name as long as a body does not. */
const TEXT_MAX = 300;
const bounded = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text);
const escapePointer = (segment: PropertyKey): string => String(segment).replaceAll('~', '~0').replaceAll('/', '~1');

/** The innermost errors: a union reports its branch that came furthest. */
function fieldErrors(issues: readonly z.core.$ZodIssue[], prefix: string): FieldError[] {
  return issues.flatMap((issue) => {
    const path = `${prefix}${issue.path.map((segment) => `/${escapePointer(segment)}`).join('')}`;
    if (issue.code !== 'invalid_union' || issue.errors.length === 0)
      return [{ path: bounded(path) || '/', message: bounded(issue.message) }];
    const closest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
    return fieldErrors(closest, path);
  });
}

/** What neither a database column nor a log line can hold; no name or text of ours needs it. */
function unstorable(value: unknown, path: string): FieldError[] {
  if (typeof value === 'string') {
    if (value.isWellFormed() && !value.includes('\u0000')) return [];
    return [{ path: path || '/', message: 'must not hold NUL or half of a character' }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...unstorable(key, path),
    ...unstorable(member, `${path}/${escapePointer(key)}`),
  ]);
}

const parts = (route: RouteDefinition, raw: RawCall) =>
  [
    { name: 'params', prefix: '/params', schema: route.params, value: raw.params },
    { name: 'query', prefix: '/query', schema: route.query, value: raw.query },
    { name: 'body', prefix: '', schema: route.body, value: raw.body },
  ] as const;

type Part = ReturnType<typeof parts>[number];

/** The parsed value, or what is wrong with this part; what a route does not declare must not be sent. */
function parsePart({ name, prefix, schema, value }: Part): { value: unknown } | { errors: FieldError[] } {
  if (!schema)
    return isNothing(value)
      ? { value: undefined }
      : { errors: [{ path: prefix || '/', message: 'is not expected here' }] };
  const broken = unstorable(value, prefix);
  if (broken.length > 0) return { errors: broken };
  const result = schema.safeParse(value ?? (name === 'body' ? undefined : {}));
  return result.success ? { value: result.data } : { errors: fieldErrors(result.error.issues, prefix) };
}

export function validateCall(route: RouteDefinition, raw: RawCall): Result<RawCall, Refusal<'invalid_request'>> {
  const errors: FieldError[] = [];
  const parsed: RawCall = { params: undefined, query: undefined, body: undefined };
  for (const part of parts(route, raw)) {
    const outcome = parsePart(part);
    if ('errors' in outcome) errors.push(...outcome.errors);
    else parsed[part.name] = outcome.value;
  }
  if (errors.length === 0) return accept(parsed);
  const detail = 'The request is well-formed but not valid. Nothing was changed.';
  return deny(refuse('invalid_request', detail, { errors: errors.slice(0, ERRORS_MAX) }));
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
