import { ATTACK_VOCABULARY } from '../../text/attack-vocabulary.ts';
import { type Phrase, phrases } from '../../text/phrase.ts';

/** The phrases of attacks by tactic of MITRE ATT&CK. */
export type Tactics = Readonly<Record<string, readonly Phrase[]>>;

export const tactic = (...sources: string[]): Phrase[] => phrases(ATTACK_VOCABULARY, ...sources);
