import { createHash } from 'node:crypto';
import type { Finding } from '@mcp-coordinator/contract/findings.contract';
import { canonicalJson } from '@mcp-coordinator/core/digests/canonical-json';
import type { Hit, Rule } from '../rules/rule.ts';
import { printableEvidence } from '../text/printable-evidence.ts';

/** A finding keeps its id while rule, server, place and evidence stay what they are, whatever the severity became. */
export function makeFinding(rule: Rule, serverKey: string, hit: Hit): Finding {
  const evidence = printableEvidence(hit.evidence);
  const location = Object.fromEntries(
    Object.entries(hit.location).map(([part, text]) => [part, printableEvidence(text ?? '')]),
  ) as Finding['location'];
  const identity = canonicalJson([
    rule.id,
    serverKey.toWellFormed(),
    location,
    evidence.toLowerCase().replace(/\s+/g, ' '),
  ]);
  return {
    id: `f-${createHash('sha256').update(identity).digest('hex').slice(0, 24)}`,
    rule: rule.id,
    issue: rule.issue,
    severity: hit.severity ?? rule.severity,
    title: rule.title,
    evidence,
    location,
    fix: { text: rule.fix.text, actionable: hit.actionable ?? rule.fix.actionable },
    references: [...rule.references],
  };
}
