import type { TextLeaf } from '../text/definition-text.ts';
import { locationOf } from '../text/find-in-text.ts';
import { findHiddenRuns, type HiddenRun, isSoftHyphen, spellsWords } from '../text/hidden-characters.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

export const hiddenUnicode: Rule = {
  id: 'TDF-01',
  issue: 'hidden_unicode',
  severity: 'high',
  title: 'Text that people do not see',
  meaning:
    'The model reads characters that the screen does not show: an order to it can stand in a description that looks harmless.',
  fix: { text: 'Remove the server. An honest definition has no use for such characters.', actionable: true },
  references: [OWASP.poisoning, 'CWE-1007', 'CWE-116'],
  check: ({ text }) => (text === undefined ? CLEAN : found(text.leaves.flatMap((leaf) => judgeLeaf(leaf) ?? []))),
};

/** One finding a string, with all its runs: a text of a thousand hidden letters is one problem. */
function judgeLeaf(leaf: TextLeaf): Hit | undefined {
  const runs = findHiddenRuns(leaf.raw);
  const [first] = runs;
  if (first === undefined) return undefined;
  const decoded = runs.map((run) => run.decoded).filter((text) => text !== '');
  const spelled = decoded.join(' ');
  const kinds = [...new Set(runs.map((run) => run.what))].join(', ');
  const reading = spelled === '' ? '' : `, which read “${spelled.slice(0, 200)}”`;
  const evidence = `${countOf(runs)} ${kinds}${reading}, in: ${leaf.raw.slice(Math.max(0, first.at - 80), first.at + 60)}`;
  return { location: locationOf(leaf), evidence, ...severityOf(leaf.raw, runs, decoded) };
}

const countOf = (runs: readonly HiddenRun[]): number => runs.reduce((sum, run) => sum + run.length, 0);

function severityOf(
  raw: string,
  runs: readonly HiddenRun[],
  decoded: readonly string[],
): Pick<Hit, 'severity' | 'actionable'> {
  if (runs.every(({ at, length }) => isSoftHyphen(raw.slice(at, at + length))))
    return { severity: 'low', actionable: false };
  const isDecoded = runs.some(({ what }) => !what.includes('direction'));
  return isDecoded && spellsWords(decoded.join(' ')) ? { severity: 'critical' } : {};
}
