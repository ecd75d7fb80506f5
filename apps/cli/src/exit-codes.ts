import type { RefusalCode } from '@mcp-coordinator/contract/refusals';

/** What the process's exit code says; pinned, scripts rely on it. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  /** An approval or a second factor is missing. */
  approvalNeeded: 5,
  /** Stale, expired, or in conflict with the present state. */
  conflict: 6,
  /** The coordinator, or what it depends on, does not answer. */
  away: 7,
  /** Findings at or above `--fail-on`. */
  findings: 8,
  /** The audit log does not verify. */
  auditIntegrity: 9,
  rolledBack: 10,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Every refusal there is; one that is new does not compile until it is decided here. */
export const EXIT_OF: Readonly<Record<RefusalCode, ExitCode>> = {
  malformed_json: EXIT.usage,
  unauthenticated: EXIT.denied,
  invalid_credentials: EXIT.denied,
  mfa_required: EXIT.approvalNeeded,
  second_factor_refused: EXIT.denied,
  session_expired: EXIT.denied,
  forbidden: EXIT.denied,
  self_approval: EXIT.denied,
  approval_token_required: EXIT.approvalNeeded,
  approval_token_unknown: EXIT.denied,
  approval_token_expired: EXIT.conflict,
  approval_token_foreign: EXIT.denied,
  approval_token_revoked: EXIT.denied,
  approval_token_bound: EXIT.denied,
  second_factor_missing: EXIT.approvalNeeded,
  passkey_signature_missing: EXIT.approvalNeeded,
  not_entitled: EXIT.denied,
  host_not_allowed: EXIT.denied,
  origin_not_allowed: EXIT.denied,
  key_bound_elsewhere: EXIT.denied,
  not_found: EXIT.notFound,
  idempotency_conflict: EXIT.conflict,
  approval_token_used: EXIT.conflict,
  invalid_transition: EXIT.conflict,
  approvals_missing: EXIT.approvalNeeded,
  outside_change_window: EXIT.conflict,
  policy_changed: EXIT.conflict,
  proposal_changed: EXIT.conflict,
  preview_stale: EXIT.conflict,
  already_decided: EXIT.conflict,
  username_taken: EXIT.conflict,
  name_taken: EXIT.conflict,
  last_admin: EXIT.conflict,
  second_factor_enrolled: EXIT.conflict,
  installer_busy: EXIT.conflict,
  payload_too_large: EXIT.usage,
  unsupported_media_type: EXIT.usage,
  invalid_request: EXIT.usage,
  auto_approve_not_allowed: EXIT.denied,
  ambiguous_server: EXIT.usage,
  target_required: EXIT.usage,
  action_refused: EXIT.failure,
  weak_password: EXIT.usage,
  registration_mismatch: EXIT.usage,
  endpoint_not_allowed: EXIT.denied,
  invalid_condition: EXIT.usage,
  rate_limited: EXIT.away,
  internal_error: EXIT.failure,
  server_unreachable: EXIT.away,
  dependency_unavailable: EXIT.away,
};

const SIGN_IN = 'Sign in with: mcp-coordinator login';
/** What to do next, where the refusal's own words leave it open. */
const NEXT: Partial<Record<RefusalCode, string>> = {
  unauthenticated: SIGN_IN,
  session_expired: SIGN_IN,
  invalid_credentials: 'Try again, or let an admin of this machine run: mcp-coordinator user recover NAME',
  mfa_required: 'Run it on a terminal, which asks for the code.',
  forbidden: 'Ask an admin for the role that it needs, or sign in as somebody else: mcp-coordinator login',
  not_found: 'Look at the ids with the list command of the same name.',
  preview_stale: 'Propose it anew, and have that reviewed.',
  approvals_missing: 'See who is asked for: mcp-coordinator remediations show ID',
  approval_token_used: 'Mint another one: mcp-coordinator token create',
  approval_token_expired: 'Mint another one: mcp-coordinator token create',
  rate_limited: 'Wait, then try again.',
  internal_error: 'Look into the log of the coordinator for this request.',
};
const ANYTHING = 'See what the command takes: mcp-coordinator help COMMAND';

export const nextStep = (code: RefusalCode): string => NEXT[code] ?? ANYTHING;
