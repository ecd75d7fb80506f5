import type { AuditAction, AuditLog } from '@mcp-coordinator/contract/audit.contract';

/** `{actor} … {target}`; a `…` in the text stands where the target goes, and without one it is not named. */
const DEEDS: Record<AuditAction, string> = {
  login_succeeded: 'signed in',
  login_failed: 'failed to sign in as …',
  login_throttled: 'was held back from signing in as …',
  session_refreshed: 'continued a session',
  session_ended: 'ended a session',
  password_changed: 'changed the password of …',
  access_denied: 'was denied …',
  request_refused: 'was refused a request on …',
  user_created: 'created the account …',
  user_updated: 'changed the account …',
  api_key_created: 'made the key …',
  api_key_revoked: 'revoked the key …',
  approval_token_minted: 'minted the approval token …',
  approval_token_revoked: 'revoked the approval token …',
  approval_token_refused: 'was refused with an approval token for …',
  server_registered: 'registered the server …',
  server_removed: 'removed the server …',
  server_linked: 'linked the server …',
  server_unlinked: 'lost the link of …',
  configuration_synced: 'reported the configuration of …',
  configuration_drifted: 'reported a change from outside on …',
  assessment_requested: 'requested the assessment …',
  assessment_started: 'started the assessment …',
  assessment_completed: 'completed the assessment …',
  assessment_failed: 'could not complete the assessment …',
  assessment_approved: 'approved the results of …',
  assessment_rejected: 'rejected the results of …',
  assessment_refused: 'was refused an assessment of …',
  remediation_proposed: 'proposed …',
  remediation_refused: 'was refused the proposal …',
  remediation_superseded: 'superseded …',
  remediation_expired: 'let … expire',
  approval_granted: 'approved …',
  approval_rejected: 'rejected …',
  approval_refused: 'was refused a decision on …',
  execution_refused: 'was refused the run of …',
  execution_started: 'started …',
  execution_action_completed: 'carried out an action of …',
  execution_action_failed: 'failed at an action of …',
  execution_action_undone: 'undid an action of …',
  execution_completed: 'completed …',
  execution_failed: 'could not complete …',
  execution_cancelled: 'cancelled …',
  execution_rollback_requested: 'asked to roll back …',
  execution_rolled_back: 'rolled back …',
  report_exported: 'exported the report of …',
  audit_exported: 'exported the audit log',
  alert_rules_changed: 'changed the alert rules',
  alert_fired: 'fired the alert …',
  alert_resolved: 'resolved the alert …',
  alert_acknowledged: 'acknowledged the alert …',
  alert_silence_created: 'silenced alerts by …',
  alert_silence_ended: 'ended the silence …',
  alert_channels_changed: 'changed where alerts are told',
  alert_channel_tested: 'sent a test to the channel …',
  alert_notification_failed: 'could not tell of an alert by …',
  alert_notification_retried: 'had …, which had failed, sent again',
  policy_seeded: 'set the first approval policy',
  policy_change_proposed: 'asked for the policy change …',
  policy_change_rejected: 'rejected the policy change …',
  policy_change_superseded: 'replaced the policy change …',
  policy_change_expired: 'let the policy change … expire',
  policy_changed: 'changed the policy: …',
  break_glass_used: 'approved … alone, past the rules',
  break_glass_reviewed: 'reviewed the approval of … past the rules',
  admin_seeded: 'created the first admin …',
  second_factor_requested: 'was asked for the second factor of …',
  second_factor_failed: 'gave a wrong second factor for …',
  second_factor_added: 'added a second factor to …',
  second_factor_renamed: 'renamed a second factor of …',
  second_factor_removed: 'removed a second factor of …',
  second_factors_reset: 'reset the second factors of …',
  recovery_codes_made: 'made recovery codes for …',
  recovery_code_used: 'used a recovery code of …',
  session_reuse_detected: 'used an old token of …, which ended the session',
  signing_key_rotated: 'made the signing key … take over',
  signing_key_retired: 'retired the signing key …',
  encryption_key_rotated: 'brought the sealed secrets under the encryption key …',
  user_recovered: 'let … back in, beside the database',
};

/** “ana approved rem_12.” */
export const auditSentence = ({ actor, action, target }: Pick<AuditLog, 'actor' | 'action' | 'target'>): string =>
  `${actor} ${DEEDS[action].replace('…', () => target)}.`;

/** Where the target of a record can be looked at. */
export const targetHref = ({ action, target }: Pick<AuditLog, 'action' | 'target'>): string | undefined => {
  const id = encodeURIComponent(target);
  if (/^assessment_(?!refused)|^report_exported/.test(action)) return `/assessment/runs/${id}`;
  if (/^(remediation|approval)_(proposed|superseded|expired|granted|rejected)$/.test(action))
    return `/remediation/${id}`;
  if (/^(server_(registered|linked|unlinked)|configuration_(synced|drifted))$/.test(action)) return `/servers/${id}`;
  return undefined;
};
