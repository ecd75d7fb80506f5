import { type AssessmentResults, SEVERITIES, type ServerResult } from '@mcp-coordinator/contract/findings.contract';

const STATUS_ORDER: readonly ServerResult['status'][] = ['non_compliant', 'unknown', 'compliant'];

const worst = ({ findings = [] }: ServerResult): number =>
  Math.min(
    SEVERITIES.length,
    ...findings.filter(({ waived }) => !waived).map(({ severity }) => SEVERITIES.indexOf(severity)),
  );

/** Servers by what needs a look first: those that do not comply, the worst finding first; compliant ones last. */
export const byNeed = ({ servers }: AssessmentResults): [string, ServerResult][] =>
  Object.entries(servers).sort(
    ([nameA, a], [nameB, b]) =>
      STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) ||
      worst(a) - worst(b) ||
      b.issues.length - a.issues.length ||
      nameA.localeCompare(nameB),
  );
