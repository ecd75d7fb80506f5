import type { Vocabulary } from '../../text/inflect.ts';
import { type Phrase, phrases } from '../../text/phrase.ts';

/** What a sign speaks of. Signs of one family say the same thing and are not added up without bound. */
export type Family = 'role' | 'stealth' | 'aggression' | 'deceit' | 'ruin' | 'weakness' | 'asset' | 'gain' | 'technique';

/** One sign of hostility: innocent somewhere, and with signs of other families not. */
export interface Concept {
  readonly family: Family;
  readonly weight: number;
  readonly phrases: readonly Phrase[];
}

/** Makes the signs of one family that are written with these words. */
export const signsOf =
  (family: Family, vocabulary: Vocabulary) =>
  (weight: number, ...sources: string[]): Concept => ({ family, weight, phrases: phrases(vocabulary, ...sources) });
