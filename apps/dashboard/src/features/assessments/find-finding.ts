import type { AssessmentResults, Finding } from '@mcp-coordinator/contract/findings.contract';

interface Placed {
  server: string;
  finding: Finding;
}
export interface FoundFinding extends Placed {
  /** Open findings of the same issue on other servers, one for each server. */
  alsoOn: Placed[];
}

/** A finding by its id, with the other servers that have the same; undefined where the results do not hold it. */
export const findFinding = (results: AssessmentResults, id: string): FoundFinding | undefined => {
  const all = Object.entries(results.servers).flatMap(([server, { findings = [] }]) =>
    findings.map((finding): Placed => ({ server, finding })),
  );
  const found = all.find(({ finding }) => finding.id === id);
  if (!found) return undefined;
  const others = new Map<string, Placed>();
  for (const one of all) {
    const same = one.finding.issue === found.finding.issue && !one.finding.waived && one.server !== found.server;
    if (same && !others.has(one.server)) others.set(one.server, one);
  }
  return { ...found, alsoOn: [...others.values()] };
};

/** The run that an address names; the newest when it names none. */
export const parseFindingSearch = (search: Record<string, unknown>): { run?: string } => {
  const { run } = search;
  return typeof run === 'string' && run !== '' ? { run } : {};
};
