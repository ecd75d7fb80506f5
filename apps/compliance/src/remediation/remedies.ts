import type { UPDATE_FIXES } from '@mcp-coordinator/contract/actions.contract';
import type { Finding } from '@mcp-coordinator/contract/findings.contract';
import { isAtLeast } from '@mcp-coordinator/core/findings/judge-findings';
import type { Rule } from '../rules/rule.ts';

/** What mends an issue: a fix in place, taking the server out, or a person, for the reason given. */
export type Remedy =
  | { readonly kind: 'fix'; readonly fix: (typeof UPDATE_FIXES)[number] }
  | { readonly kind: 'remove' }
  /** Put back what stood there before a change from outside. */
  | { readonly kind: 'restore' }
  | { readonly kind: 'none'; readonly reason: string };

const FIXES: Readonly<Record<string, (typeof UPDATE_FIXES)[number]>> = {
  secret_in_config: 'move_secrets',
  unpinned_package: 'pin_package',
  approval_disabled: 'require_approval',
};

/** Chooses the remedy of an issue. Without findings (they were not asked for) the rule alone decides. */
export function remedyOf(rule: Rule | undefined, findings: readonly Finding[] | undefined): Remedy {
  if (rule === undefined) return { kind: 'none', reason: 'this compliance server has no rule of that name' };
  const reason = `${rule.fix.text} A person has to do that.`;
  const actionable = findings === undefined ? rule.fix.actionable : findings.some((finding) => finding.fix.actionable);
  if (!actionable) return { kind: 'none', reason };
  if (rule.issue === 'changed_outside') return { kind: 'restore' };
  const fix = Object.hasOwn(FIXES, rule.issue) ? FIXES[rule.issue] : undefined;
  if (fix !== undefined) return { kind: 'fix', fix };
  // Taking a server away is proposed for what is plainly hostile or an impostor, never for a doubt.
  const grave =
    findings === undefined
      ? isAtLeast(rule.severity, 'high')
      : findings.some(({ severity, fix: { actionable: mends } }) => mends && isAtLeast(severity, 'high'));
  return grave ? { kind: 'remove' } : { kind: 'none', reason };
}
