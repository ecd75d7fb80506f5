import type { TextLeaf } from '../text/definition-text.ts';
import { locationOf } from '../text/find-in-text.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

interface Marker {
  readonly pattern: RegExp;
  readonly soft?: string;
}

/** Marks by which model providers separate speakers, and imitations of them. */
const MARKERS: readonly Marker[] = [
  {
    pattern:
      /<\s{0,8}\/?\s{0,8}(?:important|system[_-]?prompt|system[_-]?message|system[_-]?reminder|sys|inst|instructions?[_-]for[_-]\w+|hidden[_-]?instructions?|override|admin[_-]?override|secret[_-]?instructions?|assistant[_-]?instructions?|note[_-]?to[_-]?(?:ai|model|assistant))\s{0,8}[^<>]{0,60}>/i,
  },
  {
    pattern:
      /<\s{0,8}(secret|hidden|system|admin|assistant|developer|critical|priority|mandatory|urgent|directive|instruction|instructions|command|human|user|prompt)\b[^<>]{0,60}>[^<]{20,4000}<\s{0,8}\/\s{0,8}\1\s{0,8}>/i,
  },
  {
    pattern:
      /<\s{0,8}((?:\w{1,20}[_-])?(?:assistant|system|model|llm|agent|ai|hidden|secret|override|admin|operator|internal)[_-]\w{2,30})\s{0,8}>[^<]{10,4000}<\s{0,8}\/\s{0,8}\1\s{0,8}>/i,
  },
  { pattern: /(?:^|[.\n]\s{0,8})<(?:SYSTEM|INSTRUCTIONS?|ASSISTANT|CRITICAL|SECRET)>/ },
  {
    pattern:
      /\[\s{0,8}\/?\s{0,8}INST\s{0,8}\]|<<\s{0,8}\/?\s{0,8}SYS\s{0,8}>>|<\|[a-z_]{2,30}\|>|<\/?s>\s{0,8}\[|<start_of_turn>|<end_of_turn>|<\uff5c[^<>]{1,40}\uff5c>/i,
  },
  {
    pattern:
      /(?:^|[\n.>*\]]\s{0,8})(?:#{1,6}|={3,40}|-{3,40}|\*{2,40})\s{0,8}(?:new\s{1,8}|updated\s{1,8}|begin\s{1,8}|start\s{1,8}(?:of\s{1,8})?)?(?:system|assistant|developer|admin|hidden)\s{0,8}(?:message|prompt|instructions?|override|note|directive|command)?\s{0,8}(?:#{1,6}|={3,40}|-{3,40}|\*{2,40}|:|\n|$)/i,
  },
  {
    pattern:
      /\[\s{0,8}(?:system|assistant|ai|model|llm|agent|developer|admin|hidden|secret)\s{0,8}(?:instructions?|prompt|message|note|override|directive|only|command)?\s{0,8}(?::|\])/i,
  },
  { pattern: /\{\{\s{0,8}#?(?:system|assistant|override)\b[^{}]{0,80}\}\}|\{%\s{0,8}(?:system|assistant)\b/i },
  {
    pattern:
      /(?:^|[.!?\n]\s{1,4})(?:SYSTEM|ASSISTANT|DEVELOPER|ADMIN|HUMAN)(?:\s{1,8}(?:PROMPT|MESSAGE|OVERRIDE|NOTE|INSTRUCTIONS?|DIRECTIVE))?\s?:/,
  },
  { pattern: /(?:^|\n\n)(?:Human|Assistant|System):\s/ },
  {
    pattern:
      /\b(?:(?:internal |important )?(?:note|message|instructions?|reminder|directive|attention|memo|hint)s?\s{1,8}(?:to|for)|attention)\s{0,8}:?,?\s{0,8}(?:the\s{1,8})?(?:ai|llm|language|large|assistants?|agents?|models?|claude|gpt|chatbots?|copilot)\b(?:\s{1,8}(?:assistant|agent|model))?\s{0,8}[:,(–—-]/i,
    soft: 'addresses the model',
  },
  { pattern: /<\s{0,8}(?:important_notes?|instructions?|rules?|guidelines?)\s{0,8}>/i, soft: 'section marker' },
  { pattern: /\{\s{0,4}"(?:instructions?|system|override|directive|role"\s{0,4}:\s{0,4}"system)"\s{0,4}[:,]\s{0,4}"/i },
  { pattern: /<!--\s{0,8}(?:assistant|system|ai|agent|model|llm|instruction|hidden)\b/i },
  {
    pattern:
      /\b(?:begin|end|start)\s{1,8}(?:of\s{1,8})?(?:system|hidden|secret)\s{1,8}(?:prompt|message|instructions?)\b/i,
  },
];

export const roleMarkers: Rule = {
  id: 'TDF-05',
  issue: 'role_markers',
  severity: 'high',
  title: 'The text speaks as if it were someone else',
  meaning:
    'Marks that separate the operator, the user and the model stand inside a description, so that the model may take the server’s words for theirs.',
  fix: { text: 'Remove the server, or ask its author for a description that only describes.', actionable: true },
  references: [OWASP.poisoning, OWASP.intentSubversion, 'CWE-1427', 'CWE-74'],
  check: ({ text }) => (text === undefined ? CLEAN : found(text.leaves.flatMap((leaf) => judgeLeaf(leaf) ?? []))),
};

function judgeLeaf(leaf: TextLeaf): Hit | undefined {
  if (leaf.isKey) return undefined;
  // Marks are ASCII; dressing them in full-width forms or invisible characters is part of the disguise.
  const text = leaf.raw.normalize('NFKC').replace(/\p{Cf}/gu, '');
  for (const { pattern, soft } of MARKERS) {
    const match = pattern.exec(text);
    // Server instructions are written for the model: speaking to it there pretends nothing.
    if (match === null || (soft !== undefined && leaf.field === 'instructions')) continue;
    const spokenOf = isQuoted(text, match.index, match[0].length);
    const evidence = `${spokenOf ? 'spoken of, not said: ' : ''}${text.slice(Math.max(0, match.index - 40), match.index + 200)}`;
    const weight = spokenOf
      ? { severity: 'low' as const, actionable: false }
      : soft === undefined
        ? {}
        : { soft, actionable: false };
    return { location: locationOf(leaf), evidence, ...weight };
  }
  return undefined;
}

/** "`<system>` tags are escaped": quotation marks or backticks close around the mark alone. */
const isQuoted = (text: string, at: number, length: number): boolean =>
  length < 40 &&
  /["'`“‘]\s?$/.test(text.slice(Math.max(0, at - 2), at)) &&
  /^\s?["'`”’]/.test(text.slice(at + length, at + length + 2));
