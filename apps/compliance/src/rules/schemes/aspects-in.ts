import { findPhrase, type Phrase, type Span } from '../../text/phrase.ts';
import { candidatesIn } from '../../text/phrase-index.ts';
import type { Clause } from '../../text/split-clauses.ts';
import { ASPECTS, type Aspect } from './aspects.ts';

/** How many places of one phrase in one clause are looked at. */
const PLACES_MAX = 6;
const NAMES = Object.keys(ASPECTS) as Aspect[];
const places = new WeakMap<Clause, Map<Aspect, readonly Span[]>>();

/** Where a part of an order stands in a clause. */
export function placesOf(clause: Clause, aspect: Aspect): readonly Span[] {
  let known = places.get(clause);
  if (known === undefined) {
    known = new Map();
    places.set(clause, known);
  }
  let spans = known.get(aspect);
  if (spans === undefined) {
    spans = spansOf(clause, ASPECTS[aspect]);
    known.set(aspect, spans);
  }
  return spans;
}

/** All parts of orders that a clause holds. */
export const aspectsIn = (clause: Clause): Aspect[] => NAMES.filter((aspect) => placesOf(clause, aspect).length > 0);

function spansOf(clause: Clause, list: readonly Phrase[]): Span[] {
  const spans: Span[] = [];
  for (const phrase of candidatesIn(clause, list)) {
    let start = 0;
    for (let place = 0; place < PLACES_MAX; place++) {
      const span = findPhrase(clause, phrase, start);
      if (span === undefined) break;
      spans.push(span);
      start = span.from + 1;
    }
  }
  return spans;
}
