import type { Finding, Severity } from '@mcp-coordinator/contract/findings.contract';
import type { ServerReport } from './report-input.ts';

/** Grouped as the sums of an assessment are. */
export const LEVELS: Record<Severity, 'error' | 'warning' | 'note'> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'warning',
  info: 'note',
};

/**
 * A plain text message. Braces are doubled, or they would be placeholders (§3.11.5); brackets are escaped, or a text could
 * place a link of its own (§3.11.6).
 */
export const message = (text: string): { text: string } => ({
  text: text.replaceAll(/[{}]/g, '$&$&').replaceAll(/[[\]\\]/g, '\\$&') || '-',
});

export interface SarifRules {
  readonly descriptors: readonly object[];
  indexOf(id: string): number;
}

/** Every rule that found something, once; without details the issue codes stand for the rules. */
export function collectRules(servers: readonly ServerReport[]): SarifRules {
  const byId = new Map<string, object>();
  for (const [id, make] of servers.flatMap(candidates)) if (!byId.has(id)) byId.set(id, make());
  const indexes = new Map([...byId.keys()].map((id, index) => [id, index]));
  return { descriptors: [...byId.values()], indexOf: (id) => indexes.get(id) ?? -1 };
}

const candidates = ({ findings, issues }: ServerReport): [string, () => object][] =>
  findings?.map((finding) => [finding.rule, () => ruleOf(finding)]) ??
  issues.map((issue) => [issue, () => ruleOfIssue(issue)]);

/** `secret_in_config` → `SecretInConfig`, as the format wants names to be. */
const nameOf = (issue: string): string =>
  issue
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('') || 'Unnamed';

function ruleOf({ rule, issue, title, fix, references, severity }: Finding): object {
  const page = references.find((target) => /^https?:$/.test(URL.parse(target)?.protocol ?? ''));
  return {
    id: rule,
    name: nameOf(issue),
    shortDescription: message(title),
    help: { text: [fix.text, ...references].filter((line) => line !== '').join('\n') || title || rule },
    ...(page === undefined ? {} : { helpUri: new URL(page).href }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['security', 'mcp', issue] },
  };
}

const ruleOfIssue = (issue: string): object => ({
  id: issue,
  name: nameOf(issue),
  shortDescription: message(issue.replaceAll('_', ' ')),
  help: { text: 'Request the assessment with includeDetails for evidence and for what to do.' },
  defaultConfiguration: { level: 'warning' },
  properties: { tags: ['security', 'mcp', issue] },
});
