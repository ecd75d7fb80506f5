import type { TextLeaf } from '../text/definition-text.ts';
import { locationOf } from '../text/find-in-text.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]|\r(?!\n)/;
/** On the text with its escape characters made visible: moves the cursor, erases, conceals, links, or deletes backwards. */
const HIDING = /⎋\[[0-9;]{0,32}[ABFHJKSTfsu]|⎋\[(?:[0-9;]{0,32};)?8(?:;[0-9;]{0,32})?m|⎋\]8;|⎋[78cM]|⌫{3,}/;
const withVisibleEscapes = (raw: string): string =>
  raw.replaceAll('\u001b', '⎋').replaceAll('\u009b', '⎋[').replaceAll('\b', '⌫');

export const controlSequences: Rule = {
  id: 'TDF-02',
  issue: 'control_sequences',
  severity: 'medium',
  title: 'Control sequences in a text',
  meaning:
    'A terminal obeys them: text vanishes, is overwritten or turns into a link, while the model reads all of it.',
  fix: { text: 'Remove the server, or ask its author for definitions in plain text.', actionable: false },
  references: [OWASP.poisoning, 'CWE-150'],
  check: ({ text }) => (text === undefined ? CLEAN : found(text.leaves.flatMap((leaf) => judgeLeaf(leaf) ?? []))),
};

function judgeLeaf(leaf: TextLeaf): Hit | undefined {
  const first = CONTROL.exec(leaf.raw);
  if (first === null) return undefined;
  const hides = HIDING.test(withVisibleEscapes(leaf.raw));
  const around = leaf.raw.slice(Math.max(0, first.index - 60), first.index + 120);
  return {
    location: locationOf(leaf),
    evidence: `${hides ? 'hides or overwrites text: ' : ''}${around}`,
    ...(hides ? { severity: 'high' as const } : {}),
  };
}
