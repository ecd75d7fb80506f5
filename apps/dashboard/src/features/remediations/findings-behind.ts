import { type AssessmentResults, type Finding, SEVERITIES } from '@mcp-coordinator/contract/findings.contract';
import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';

/** Results are keyed by the name alone where it is unique, else by `installerId/client/scope/name`. */
const isServer = (key: string, name: string): boolean => key === name || key.endsWith(`/${name}`);

/** The findings that a proposal answers: those of its issues on its servers, worst first. */
export const findingsBehind = (
  { issues, proposedActions }: Pick<Proposal, 'issues' | 'proposedActions'>,
  results: AssessmentResults,
): Finding[] =>
  Object.entries(results.servers)
    .filter(([key]) => proposedActions.some(({ serverName }) => isServer(key, serverName)))
    .flatMap(([, { findings = [] }]) => findings)
    .filter(({ issue, waived }) => !waived && (issues.length === 0 || issues.includes(issue)))
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
