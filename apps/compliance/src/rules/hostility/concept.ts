import type { Vocabulary } from '../../text/inflect.ts';
import { type Phrase, phrases } from '../../text/phrase.ts';

/** What a sign speaks of. Signs of one family say the same thing and are not added up without bound. */
export type Family =
  | 'role'
  | 'stealth'
  | 'aggression'
  | 'deceit'
  | 'ruin'
  | 'weakness'
  | 'asset'
  | 'gain'
  | 'technique'
  /** Speaks for the tool: its weights are negative. */
  | 'honest'
  /** Of orders to a model. */
  | 'order'
  | 'secret'
  | 'against'
  | 'benefit'
  | 'authority'
  | 'place';

/** One sign of hostility: innocent somewhere, and with signs of other families not. */
export interface Concept {
  readonly family: Family;
  readonly weight: number;
  readonly phrases: readonly Phrase[];
  /** Counts when it is denied or spoken of as well: "never show the user …". */
  readonly anyUsage?: boolean;
}

/** Makes the signs of one family that are written with these words. */
export const signsOf =
  (family: Family, vocabulary: Vocabulary, anyUsage = false) =>
  (weight: number, ...sources: string[]): Concept => ({
    family,
    weight,
    phrases: phrases(vocabulary, ...sources),
    ...(anyUsage ? { anyUsage } : {}),
  });
