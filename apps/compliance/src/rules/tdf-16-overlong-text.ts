import type { DefinitionText, TextLeaf } from '../text/definition-text.ts';
import { locationOf } from '../text/find-in-text.ts';
import { OWASP } from './owasp.ts';
import type { Hit, Rule } from './rule.ts';

/** Twice what the longest honest descriptions need. */
const LEAF_CHARS_MAX = 10_000;
/** Blank space that pushes the rest out of a window, or below a fold. */
const PADDING =
  /[ \t\u00a0\u2000-\u200a\u3000]{60,}(?=\S)|(?:[ \t\u00a0]{0,40}\r?\n){12,}(?=[ \t]{0,40}\S)|([.\-_=*#~|])\1{200,}(?=\s{0,4}\w)/;

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
  const padding = PADDING.exec(leaf.raw);
  if (padding === null) return hits;
  const behind = leaf.raw.slice(padding.index + padding[0].length).trim();
  return [
    ...hits,
    {
      location,
      evidence: `behind ${padding[0].length} characters of padding: ${behind.slice(0, 160)}`,
      soft: 'padding',
    },
  ];
}

/** More than can be judged is itself worth a look: an honest server describes itself in a thousandth of it. */
const unread = ({ unread: parts }: DefinitionText): Hit[] =>
  parts.length === 0 ? [] : [{ location: {}, evidence: `too much to judge: ${parts[0] ?? ''}`, severity: 'medium' }];
