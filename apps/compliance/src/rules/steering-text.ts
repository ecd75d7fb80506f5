import type { DefinitionText, TextLeaf } from '../text/definition-text.ts';
import { locationOf } from '../text/find-in-text.ts';
import { type Sign, signsIn, weighSigns } from '../text/hostility.ts';
import { verbs } from '../text/inflect.ts';
import type { Clause } from '../text/split-clauses.ts';
import { STEERING_SIGNS } from './hostility/steering-signs.ts';
import { HONEST_SILENCE } from './orders/honest-silence.ts';
import type { Hit } from './rule.ts';

/** Fields that are written to be read as prose. */
const PROSE = /(?:^|\.)(?:description|instructions|title)$/;
/** In a text of few clauses one plain sign is enough; a manual meets single ones sooner or later. */
const SHORT_CLAUSES = 4;
const SCORE_SHORT = 2;
const SCORE_LONG = 3;
const PLAIN = new Set(['against', 'benefit', 'authority']);
/** An order is led by such a verb in its bare form: "Take the keys and …". */
const ORDERS = verbs(
  'take put add include send pass use open read find load fetch copy give write paste append insert type ask ship mirror log dump fill keep store forward hand upload attach provide quote get collect encode post tell export share',
);

/** Orders to the model that serve somebody other than its user, judged by the company their words keep. */
export function judgeSteering(text: DefinitionText, leaf: TextLeaf): Hit | undefined {
  if (leaf.isKey || !PROSE.test(leaf.field)) return undefined;
  const clauses = text.clausesOf(leaf);
  const isLong = clauses.length > SHORT_CLAUSES || leaf.field.includes('.');
  for (const clause of clauses) {
    // What a tool says first is what it does.
    const isPurpose = leaf.field === 'description' && clause.index === 0;
    const words = steeringWords(clause, isLong || isPurpose);
    if (words !== undefined)
      return { location: locationOf(leaf), evidence: `${words} – in: ${clause.text}`, severity: 'high' };
  }
  return undefined;
}

/** "Use when you need to look up contacts." */
const TELLS_WHEN =
  /\b(?:within|in|during) the same (?:chat|conversation|session)\b|^(?:only )?(?:use|call|useful|helpful) (?:this |it |the )?(?:tool |only )?(?:when|if|to|for)\b/;

function steeringWords(clause: Clause, isManual: boolean): string | undefined {
  if (HONEST_SILENCE.test(clause.text) || TELLS_WHEN.test(clause.text)) return undefined;
  const signs = signsIn(clause, STEERING_SIGNS);
  if (!isPlain(clause, signs) && (isManual || !isOdd(clause, signs))) return undefined;
  const { score, families, signs: words } = weighSigns([signs]);
  const isEnough = isManual ? score >= SCORE_LONG && families.size >= 2 : score >= SCORE_SHORT;
  return isEnough ? words.join(', ') : undefined;
}

/** How every service asks for the key it is used with. */
const ASKS_FOR_OWN_KEY =
  /\b(?:provide|set|configure|supply|export|requires?|needs?|create|use|include) (?:an?|your|the|valid|its|own| )*(?:[\w-]+ )?(?:api[ -]?keys?|tokens?|credentials?|secrets?|access keys?)\b/;

/** Secrets are many tools' business; they count where an order is given. */
function isPlain(clause: Clause, signs: readonly Sign[]): boolean {
  const strong = signs.filter(({ concept }) => concept.weight >= 2);
  if (strong.some(({ concept }) => PLAIN.has(concept.family))) return true;
  if (ASKS_FOR_OWN_KEY.test(clause.text)) return false;
  return givesOrder(clause, signs) && strong.some(({ concept }) => concept.family === 'secret');
}

/** Two weak signs, one of them an order, the other of something that is not the tool's to ask for. */
const isOdd = (clause: Clause, signs: readonly Sign[]): boolean =>
  !ASKS_FOR_OWN_KEY.test(clause.text) &&
  signs.some(({ concept }) => concept.family === 'order') &&
  signs.some(
    ({ concept }) => concept.family === 'secret' || concept.family === 'against' || concept.family === 'benefit',
  );

function givesOrder(clause: Clause, signs: readonly Sign[]): boolean {
  const lead = clause.words[0]?.word ?? '';
  return signs.some(({ concept }) => concept.family === 'order') || (ORDERS.has(lead) && !lead.endsWith('s'));
}
