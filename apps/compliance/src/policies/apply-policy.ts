import type { Finding } from '@mcp-coordinator/contract/findings.contract';
import { matchesGlob } from './glob.ts';
import type { Policy, RuleSetting } from './policy.ts';

/** The server that is judged, as scopes and waivers name it. */
export interface PolicySubject {
  readonly server: string;
  readonly client: string;
  readonly installer: string;
}

/** What the policy makes of findings: switched off ones are gone, severities are the policy's, waived ones are marked. */
export function applyPolicy(
  policy: Policy,
  subject: PolicySubject,
  findings: readonly Finding[],
  now: Date,
): Finding[] {
  const mine = policy.scopes.filter(({ match }) => matches(match, subject)).map(({ rules }) => rules);
  const settingOf = (rule: string): RuleSetting =>
    Object.assign({}, ...[policy.rules, ...mine].map((rules) => rules[rule])) as RuleSetting; // Later ones win.
  return findings.flatMap((finding) => {
    const { enabled = true, severity } = settingOf(finding.rule);
    if (!enabled) return [];
    return [waivedBy(policy, subject, reweighed(finding, severity), now)];
  });
}

/** A weak sign stays weak: only what the rule itself would weigh fully takes the policy's weight. */
const reweighed = (finding: Finding, severity: RuleSetting['severity']): Finding =>
  severity === undefined || finding.severity === 'low' || finding.severity === 'info'
    ? finding
    : { ...finding, severity };

function waivedBy({ waivers }: Policy, { server }: PolicySubject, finding: Finding, now: Date): Finding {
  if (finding.waived !== undefined) return finding;
  const waiver = waivers.find(
    ({ rule, servers, until }) =>
      rule === finding.rule && Date.parse(until) > now.getTime() && servers.some((glob) => matchesGlob(glob, server)),
  );
  return waiver === undefined
    ? finding
    : { ...finding, waived: { reason: `${waiver.reason} (${waiver.by})`, until: waiver.until } };
}

const matches = (
  { servers, clients, installers }: Policy['scopes'][number]['match'],
  subject: PolicySubject,
): boolean =>
  (servers?.some((glob) => matchesGlob(glob, subject.server)) ?? true) &&
  (clients?.some((glob) => matchesGlob(glob, subject.client)) ?? true) &&
  (installers?.some((glob) => matchesGlob(glob, subject.installer)) ?? true);
