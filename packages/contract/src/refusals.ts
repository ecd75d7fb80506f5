import { z } from 'zod';

/**
 * Every expected "no" the system can give: its stable code, the HTTP status it becomes and the title of its problem document.
 * One closed union, read by the HTTP edge, the WebSocket, MCP results and the CLI's exit codes (CONTRACT §1, RFC 9457).
 */
export const REFUSALS = {
  malformed_json: { status: 400, title: 'The request is not well-formed' },
  unauthenticated: { status: 401, title: 'A valid credential is required' },
  invalid_credentials: { status: 401, title: 'User name or password is wrong' },
  mfa_required: { status: 401, title: 'A second factor is required' },
  second_factor_refused: { status: 401, title: 'The second factor is not valid' },
  session_expired: { status: 401, title: 'The session has ended' },
  forbidden: { status: 403, title: 'Not permitted' },
  self_approval: { status: 403, title: 'Who proposed a change may not approve it' },
  approval_token_required: { status: 403, title: 'An approval token is required' },
  approval_token_unknown: { status: 403, title: 'The approval token is not known' },
  approval_token_expired: { status: 403, title: 'The approval token has expired' },
  approval_token_foreign: { status: 403, title: 'The approval token belongs to someone else' },
  approval_token_revoked: { status: 403, title: 'The approval token was revoked' },
  approval_token_bound: { status: 403, title: 'The approval token is bound to another subject' },
  second_factor_missing: { status: 403, title: 'The approval token was minted without a second factor' },
  passkey_signature_missing: { status: 403, title: 'The approval must be signed with a passkey' },
  not_entitled: { status: 403, title: 'The policy asks for others' },
  host_not_allowed: { status: 403, title: 'The Host header is not allowed' },
  origin_not_allowed: { status: 403, title: 'The Origin is not allowed' },
  key_bound_elsewhere: { status: 403, title: 'The API key is bound to another server' },
  not_found: { status: 404, title: 'No such thing' },
  idempotency_conflict: { status: 409, title: 'The same key was used for another request' },
  approval_token_used: { status: 409, title: 'The approval token was used already' },
  invalid_transition: { status: 409, title: 'Not possible in the present state' },
  approvals_missing: { status: 409, title: 'The policy asks for more approvals' },
  outside_change_window: { status: 409, title: 'No change window is open' },
  policy_changed: { status: 409, title: 'The policy is not the one that was reviewed' },
  proposal_changed: { status: 409, title: 'The proposal is not the one that was reviewed' },
  preview_stale: { status: 409, title: 'The configuration changed since it was previewed' },
  already_decided: { status: 409, title: 'This person has decided already' },
  username_taken: { status: 409, title: 'The user name is taken' },
  name_taken: { status: 409, title: 'The name is taken' },
  last_admin: { status: 409, title: 'The last active admin cannot be disabled or demoted' },
  second_factor_enrolled: { status: 409, title: 'This second factor is enrolled already' },
  installer_busy: { status: 409, title: 'Another change is under way' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body must be JSON' },
  invalid_request: { status: 422, title: 'The request is not valid' },
  auto_approve_not_allowed: { status: 422, title: 'Nothing approves itself' },
  ambiguous_server: { status: 422, title: 'More than one server has this name' },
  target_required: { status: 422, title: 'The target of the change must be named' },
  action_refused: { status: 422, title: 'The change cannot be made' },
  weak_password: { status: 422, title: 'The password is not acceptable' },
  registration_mismatch: { status: 422, title: 'The registration does not fit' },
  endpoint_not_allowed: { status: 422, title: 'The endpoint may not be dialled' },
  invalid_condition: { status: 422, title: 'The alert condition is not valid' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'An internal error' },
  server_unreachable: { status: 503, title: 'The server cannot be reached' },
  dependency_unavailable: { status: 503, title: 'A dependency is away' },
} as const satisfies Record<string, { status: number; title: string }>;

export type RefusalCode = keyof typeof REFUSALS;
export const REFUSAL_CODES = Object.keys(REFUSALS) as [RefusalCode, ...RefusalCode[]];

/** One invalid place in a request: an RFC 6901 pointer into the body (or `/query/…`, `/params/…`) and what is wrong there. */
export const fieldErrorSchema = z.object({ path: z.string(), message: z.string() });
export type FieldError = z.infer<typeof fieldErrorSchema>;

/**
 * An expected "no", as a value. `detail` says what happened, what was not changed and what to do; it never holds a secret.
 * `retryAfterSeconds` becomes the Retry-After header of 429 and 503.
 */
export interface Refusal<Code extends RefusalCode = RefusalCode> {
  readonly code: Code;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
}

export const refuse = <Code extends RefusalCode>(
  code: Code,
  detail: string,
  more: { errors?: readonly FieldError[]; retryAfterSeconds?: number } = {},
): Refusal<Code> => ({ code, detail, ...more });

/** `application/problem+json` (RFC 9457) with the source document's `success` flag as an extension member. */
export const problemSchema = z
  .object({
    success: z.literal(false),
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(REFUSAL_CODES),
    requestId: z.string(),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
