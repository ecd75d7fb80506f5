import type { DefinitionText, TextLeaf } from './definition-text.ts';
import { nameWords } from './name-words.ts';

/** The description of a tool, where there is one. */
export const descriptionOf = (text: DefinitionText, tool: string | undefined): TextLeaf | undefined =>
  text.leaves.find((leaf) => leaf.tool === tool && leaf.field === 'description');

/** The words with which a tool says what it is for: its name, and the first words of its first sentence. */
export function purposeWords(text: DefinitionText, tool: string | undefined): ReadonlySet<string> {
  const description = descriptionOf(text, tool);
  const first = description === undefined ? [] : (text.clausesOf(description)[0]?.words ?? []);
  return new Set([...nameWords(tool ?? ''), ...first.slice(0, 8).map(({ word }) => word)]);
}
