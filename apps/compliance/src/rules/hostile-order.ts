import { findPhrase, type Phrase } from '../text/phrase.ts';
import { splitClauses } from '../text/split-clauses.ts';
import { CONTEXT_REQUESTS, OUTSIDE_HANDOVERS, SECRET_HANDOVERS } from './orders/handover-orders.ts';
import { HIDDEN_ACTS, SILENCE_ORDERS } from './orders/silence-orders.ts';
import { isOverride } from './tdf-03-instruction-override.ts';

const ORDERS: readonly (readonly Phrase[])[] = [
  SILENCE_ORDERS,
  HIDDEN_ACTS,
  SECRET_HANDOVERS,
  OUTSIDE_HANDOVERS,
  CONTEXT_REQUESTS,
];

/** True for text that gives a model an order nobody would give openly, whoever says it. */
export const holdsHostileOrder = (text: string): boolean =>
  splitClauses(text).some(
    (clause) =>
      isOverride(clause) || ORDERS.some((list) => list.some((phrase) => findPhrase(clause, phrase) !== undefined)),
  );
