import type { DefinitionText, TextLeaf } from '../text/definition-text.ts';
import { locationOf } from '../text/find-in-text.ts';
import { OWASP } from './owasp.ts';
import type { Hit, Rule } from './rule.ts';

/** Twice what the longest honest descriptions need. */
const LEAF_CHARS_MAX = 10_000;
/** Blank space or filler that pushes the rest out of a window, or below a fold. */
const PADDING = { blanks: 60, lines: 12, filler: 200 } as const;

export const overlongText: Rule = {
  id: 'TDF-16',
  issue: 'overlong_text',
  severity: 'low',
  title: 'Text too long to be read',
  meaning: 'Nobody reads it to its end, or sees what stands behind the blank space; the model does.',
  fix: { text: 'Ask the author for a description of a usual length.', actionable: false },
  references: [OWASP.poisoning, 'CWE-770'],
  check({ text }) {
    if (text === undefined) return { hits: [], unknowns: [] };
    return {
      hits: [...text.leaves.flatMap(judgeLeaf), ...unread(text)],
      unknowns: text.unread.slice(0, 10).map((what) => `not read: ${what}`),
    };
  },
};

function judgeLeaf(leaf: TextLeaf): Hit[] {
  const location = locationOf(leaf);
  const hits: Hit[] = [];
  if (leaf.raw.length > LEAF_CHARS_MAX)
    hits.push({ location, evidence: `${leaf.raw.length} characters, which begin: ${leaf.raw.slice(0, 120)}` });
  const padding = paddingIn(leaf.raw);
  if (padding === undefined) return hits;
  const behind = leaf.raw.slice(padding.to).trim();
  return [
    ...hits,
    {
      location,
      evidence: `behind ${padding.to - padding.from} characters of padding: ${behind.slice(0, 160)}`,
      soft: 'padding',
    },
  ];
}

/** The first run of padding with text behind it. One pass: padding is what such a text has most of. */
function paddingIn(raw: string): { from: number; to: number } | undefined {
  const end = raw.trimEnd().length;
  for (const { 0: run, index } of raw.matchAll(/\s+|([.\-_=*#~|])\1+/g)) {
    const to = index + run.length;
    if (to >= end) return undefined;
    const isBlank = /^\s/.test(run);
    const lines = isBlank ? run.split('\n').length - 1 : 0;
    const isPadding = isBlank
      ? lines >= PADDING.lines || run.length - lines >= PADDING.blanks
      : run.length >= PADDING.filler;
    if (isPadding) return { from: index, to };
  }
  return undefined;
}

/** More than can be judged is itself worth a look: an honest server describes itself in a thousandth of it. */
const unread = ({ unread: parts }: DefinitionText): Hit[] =>
  parts.length === 0 ? [] : [{ location: {}, evidence: `too much to judge: ${parts[0] ?? ''}`, severity: 'medium' }];
