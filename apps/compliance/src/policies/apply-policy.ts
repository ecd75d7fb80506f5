import type { Finding } from '@mcp-coordinator/contract/findings.contract';
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
      rule === finding.rule && Date.parse(until) > now.getTime() && servers.some((glob) => fits(glob, server)),
  );
  return waiver === undefined
    ? finding
    : { ...finding, waived: { reason: `${waiver.reason} (${waiver.by})`, until: waiver.until } };
}

const matches = (
  { servers, clients, installers }: Policy['scopes'][number]['match'],
  subject: PolicySubject,
): boolean =>
  (servers?.some((glob) => fits(glob, subject.server)) ?? true) &&
  (clients?.some((glob) => fits(glob, subject.client)) ?? true) &&
  (installers?.some((glob) => fits(glob, subject.installer)) ?? true);

/** `*` stands for any characters. Greedy with one step back: linear for each star, whatever the pattern. */
function fits(glob: string, name: string): boolean {
  const parts = glob.split('*');
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return glob === name;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const next = name.indexOf(part, at);
    if (next < 0 || next + part.length > name.length - last.length) return false;
    at = next + part.length;
  }
  return true;
}
