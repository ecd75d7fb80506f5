import type { Severity } from '@mcp-coordinator/contract/findings.contract';
import type { Hit, Rule } from '../rules/rule.ts';

/** A hit together with the rule that made it. */
export interface RuleHit {
  readonly rule: Rule;
  readonly hit: Hit;
}

/**
 * Soft signals never block by themselves: one kind on a tool stays `low`, two different ones are `medium`, three or more
 * `high`. Repeating the same one changes nothing.
 */
export function weighSoftSignals(hits: readonly RuleHit[]): RuleHit[] {
  const kinds = new Map<string, Set<string>>();
  for (const { hit } of hits) {
    if (hit.soft === undefined) continue;
    const place = hit.location.tool ?? '';
    const known = kinds.get(place) ?? new Set();
    kinds.set(place, known.add(hit.soft));
  }
  return hits.map((ruleHit) => {
    if (ruleHit.hit.soft === undefined) return ruleHit;
    const different = kinds.get(ruleHit.hit.location.tool ?? '')?.size ?? 1;
    return { rule: ruleHit.rule, hit: { ...ruleHit.hit, severity: weight(different) } };
  });
}

const weight = (different: number): Severity => (different >= 3 ? 'high' : different === 2 ? 'medium' : 'low');
