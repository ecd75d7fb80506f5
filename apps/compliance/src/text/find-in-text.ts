import type { Severity } from '@mcp-coordinator/contract/findings.contract';
import type { Hit } from '../rules/rule.ts';
import type { DefinitionText, TextLeaf } from './definition-text.ts';
import { findPhrase, type Phrase, type Span } from './phrase.ts';
import { candidatesIn } from './phrase-index.ts';
import type { Clause } from './split-clauses.ts';
import { type Usage, usageOf } from './usage.ts';

/** A phrase where it was met. */
export interface PhraseMatch {
  readonly leaf: TextLeaf;
  readonly clause: Clause;
  readonly span: Span;
  readonly usage: Usage;
}

export const locationOf = (leaf: TextLeaf): Hit['location'] => ({
  ...(leaf.tool === undefined ? {} : { tool: leaf.tool }),
  field: leaf.field,
});

/** The first match of the phrases in each clause that `accepts` it; property names are no sentences. */
export function findPhrases(
  text: DefinitionText,
  phrases: readonly Phrase[],
  accepts: (match: PhraseMatch) => boolean = () => true,
): PhraseMatch[] {
  return text.leaves.flatMap((leaf) =>
    leaf.isKey ? [] : text.clausesOf(leaf).flatMap((clause) => firstMatch(leaf, clause, phrases, accepts) ?? []),
  );
}

/** How many places of one phrase in one clause are tried before the next phrase. */
const PLACES_MAX = 4;

function firstMatch(
  leaf: TextLeaf,
  clause: Clause,
  phrases: readonly Phrase[],
  accepts: (match: PhraseMatch) => boolean,
): PhraseMatch | undefined {
  let spokenOf: PhraseMatch | undefined;
  for (const phrase of candidatesIn(clause, phrases)) {
    let start = 0;
    for (let place = 0; place < PLACES_MAX; place++) {
      const span = findPhrase(clause, phrase, start);
      if (span === undefined) break;
      start = span.from + 1;
      const match = { leaf, clause, span, usage: usageOf(clause, span) };
      if (match.usage === 'negated' || !accepts(match)) continue;
      if (match.usage === 'used') return match;
      spokenOf ??= match;
    }
  }
  return spokenOf;
}

/** A finding at a match; text that is only spoken about (quoted, reported, an example) weighs `low`: a person may look. */
export function hitAt({ leaf, clause, span, usage }: PhraseMatch, severity?: Severity): Hit {
  const weight = usage === 'mentioned' ? 'low' : severity;
  return {
    location: locationOf(leaf),
    evidence: `${usage === 'mentioned' ? 'spoken of, not said: ' : ''}${excerpt(clause, span)}`,
    ...(weight === undefined ? {} : { severity: weight }),
    actionable: usage !== 'mentioned',
  };
}

const EXCERPT_CHARS = 280;

/** The clause, or what lies around the match in a long one. */
export function excerpt({ text, words }: Clause, span: Span): string {
  if (text.length <= EXCERPT_CHARS) return text;
  const at = words[span.from]?.at ?? 0;
  const from = Math.max(0, Math.min(at - 60, text.length - EXCERPT_CHARS));
  return `${from > 0 ? '…' : ''}${text.slice(from, from + EXCERPT_CHARS)}${from + EXCERPT_CHARS < text.length ? '…' : ''}`;
}
