import type { DefinitionText, TextLeaf } from './definition-text.ts';
import { nameWords } from './name-words.ts';

/** The descriptions of one server's tools: asked for by every leaf. */
const descriptions = new WeakMap<DefinitionText, ReadonlyMap<string | undefined, TextLeaf>>();

/** The description of a tool, where there is one. */
export function descriptionOf(text: DefinitionText, tool: string | undefined): TextLeaf | undefined {
  let known = descriptions.get(text);
  if (known === undefined) {
    // The first of a name counts, so the last is written first.
    const found = text.leaves.filter(({ field }) => field === 'description').toReversed();
    known = new Map(found.map((leaf) => [leaf.tool, leaf]));
    descriptions.set(text, known);
  }
  return known.get(tool);
}

/** The words with which a tool says what it is for: its name, and the first words of its first sentence. */
export function purposeWords(text: DefinitionText, tool: string | undefined): ReadonlySet<string> {
  const description = descriptionOf(text, tool);
  const first = description === undefined ? [] : (text.clausesOf(description)[0]?.words ?? []);
  return new Set([...nameWords(tool ?? ''), ...first.slice(0, 8).map(({ word }) => word)]);
}
