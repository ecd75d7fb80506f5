import type { DefinitionText } from '../text/definition-text.ts';
import { locationOf } from '../text/find-in-text.ts';
import { type ErrandKind, sideErrands } from '../text/side-errands.ts';
import type { Hit } from './rule.ts';

/** The errands of one kind as findings: they say what stands there, and that the tool is for something else. */
export const errandHits = (text: DefinitionText, kind: ErrandKind): Hit[] =>
  sideErrands(text)
    .filter((errand) => errand.kind === kind)
    .map(({ leaf, clause }) => ({
      location: locationOf(leaf),
      evidence: `beside its purpose: ${clause.text}`,
      severity: 'high' as const,
    }));
