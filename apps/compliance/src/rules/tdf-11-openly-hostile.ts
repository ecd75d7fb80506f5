import { learntHits } from '../learnt/learnt-judge.ts';
import { ATTACKING } from '../text/attack-vocabulary.ts';
import type { DefinitionText, TextLeaf } from '../text/definition-text.ts';
import { findPhrases, hitAt, locationOf, type PhraseMatch } from '../text/find-in-text.ts';
import { neighbourhoods, type Sign, signsIn, weighSigns } from '../text/hostility.ts';
import { nameWords } from '../text/name-words.ts';
import { type Clause, splitClauses } from '../text/split-clauses.ts';
import { ACCESS_ATTACKS } from './attacks/access-attacks.ts';
import { EFFECT_ATTACKS } from './attacks/effect-attacks.ts';
import { ENTRY_ATTACKS } from './attacks/entry-attacks.ts';
import { EXECUTION_ATTACKS } from './attacks/execution-attacks.ts';
import { FOOTHOLD_ATTACKS } from './attacks/foothold-attacks.ts';
import { isAboutAttacks, isDefence } from './defensive-topic.ts';
import { CONCEPTS } from './hostility-concepts.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

/** By tactic, what an attack is called when it is called by its name. */
const ATTACKS = { ...ENTRY_ATTACKS, ...EXECUTION_ATTACKS, ...FOOTHOLD_ATTACKS, ...ACCESS_ATTACKS, ...EFFECT_ATTACKS };

export const openlyHostile: Rule = {
  id: 'TDF-11',
  issue: 'openly_hostile',
  severity: 'high',
  title: 'The tool is an attack',
  meaning:
    'What the tool says it does is a step of an attack on someone’s systems or accounts. With it in reach, one misled or malicious request is enough.',
  fix: {
    text: 'Remove the server, unless this very work is somebody’s approved task; then keep it apart from everything else.',
    actionable: true,
  },
  references: [OWASP.poisoning, OWASP.commandInjection, 'MITRE ATT&CK'],
  check({ text }) {
    if (text === undefined) return CLEAN;
    const named = Object.entries(ATTACKS).flatMap(([tactic, phrases]) =>
      findPhrases(text, phrases, isNoUpkeep).map((match) => asHit(tactic, text, match)),
    );
    const grave = new Set(named.filter(({ severity }) => severity === undefined).map(({ location }) => location.tool));
    // What has no name among the known attacks is judged by the company its words keep.
    const summed = text.leaves.flatMap((leaf) => (grave.has(leaf.tool) ? [] : (judgeWhole(text, leaf) ?? [])));
    return found([...named, ...summed, ...learntHits(text, 'TDF-11')]);
  },
};

const SCOUTED =
  /\b(?:target(?:'s|s\b|ed| (?:company|organi[sz]ation|system|host|network|machine|server|environment))|victim|attack vector|slipped past|break[- ]in|single[sd]? out|(?:factory|default) passwords?\b|\bbombs?\b|explosives?|nerve agents?|\bmeth\b)/;

/** From here on the signs of different families together leave no honest reading. */
const SCORE_MIN = 3;
/** Longer texts meet every word sooner or later; they are judged by their parts. */
const CLAUSES_TOGETHER = 3;
/** In a text of more clauses than this each place needs one sign more, and signs of several clauses two. */
const SHORT_CLAUSES = 4;
/** A text whose topic is defence may name what it defends against. */
const TOPIC_ALLOWANCE = 2;

function judgeWhole(text: DefinitionText, leaf: TextLeaf): Hit | undefined {
  if (leaf.isKey || leaf.field === 'name') return undefined;
  const clauses = text.clausesOf(leaf);
  // Who speaks of a victim's machines does not find weaknesses in order to mend them.
  if (isDefence(text, leaf.tool) && !SCOUTED.test(clauses[0]?.text ?? '')) return undefined;
  const allowance = isAboutAttacks(text, leaf.tool) ? TOPIC_ALLOWANCE : 0;
  // A parameter is no place to say what a tool is for.
  const longer = allowance + (clauses.length > SHORT_CLAUSES || leaf.field.includes('.') ? 1 : 0);
  return worstPlace(leaf, clauses, longer, leaf.field === 'description' ? hostileName(leaf.tool) : []);
}

const NAME_FAMILIES = new Set(['deceit', 'aggression']);

function hostileName(tool: string | undefined): readonly Sign[] {
  const [clause] = splitClauses(nameWords(tool ?? '').join(' '));
  if (clause === undefined) return [];
  return signsIn(clause, CONCEPTS).filter(
    ({ concept: { family, weight } }) => weight >= 2 && NAME_FAMILIES.has(family),
  );
}

function worstPlace(
  leaf: TextLeaf,
  clauses: readonly Clause[],
  longer: number,
  name: readonly Sign[],
): Hit | undefined {
  const signs = clauses.map((clause) => signsIn(clause, CONCEPTS));
  // A name such as `gift_card_scam` says in what spirit the first sentence is meant.
  if (signs[0] !== undefined) signs[0] = [...signs[0], ...name];
  let doubt: Hit | undefined;
  for (let at = 0; at < clauses.length; at++) {
    const place = weighPlace(signs, at, SCORE_MIN + longer);
    if (place.score < SCORE_MIN) continue;
    const together = clauses.slice(at, at + place.clauses).map((clause) => clause.text);
    const hit = { location: locationOf(leaf), evidence: `${place.words.join(', ')} – in: ${together.join(' ')}` };
    if (place.score >= SCORE_MIN + longer + (place.clauses > 1 && longer > 0 ? 1 : 0)) return hit;
    doubt ??= { ...hit, severity: 'low', actionable: false };
  }
  return doubt;
}

/** A clause alone where it says enough, else together with the next ones. */
function weighPlace(signs: readonly (readonly Sign[])[], at: number, enough: number) {
  const alone = neighbourhoods(signs[at] ?? [])
    .map((near) => weighSigns([near]))
    .reduce((worst, near) => (near.score > worst.score ? near : worst));
  const clauses = alone.score < enough ? CLAUSES_TOGETHER : 1;
  const { score, signs: words } = clauses === 1 ? alone : weighSigns(signs.slice(at, at + clauses));
  return { score, words, clauses };
}

function asHit(tactic: string, text: DefinitionText, match: PhraseMatch): Hit {
  // "Identifies weaknesses of the target" reports, and is the attack's first step all the same.
  const scouts = tactic === 'reconnaissance' && match.usage !== 'negated' && SCOUTED.test(match.clause.text);
  const usage = scouts ? 'used' : match.usage === 'used' && isSubjectOnly(text, match) ? 'mentioned' : match.usage;
  const hit = hitAt({ ...match, usage });
  return { ...hit, evidence: `${tactic}: ${hit.evidence}` };
}

/** "Covers SQL injection and XSS." in the second sentence of a scanner names its subject; "exploits …" would be its work. */
function isSubjectOnly(text: DefinitionText, { leaf, clause, span }: PhraseMatch): boolean {
  const first = clause.words[span.from]?.word ?? '';
  if (ATTACKING.has(first) && !first.endsWith('ing')) return false;
  return isAboutAttacks(text, leaf.tool);
}

/** Retention, rotation and the person's own account are upkeep. */
const isNoUpkeep = ({ clause }: PhraseMatch): boolean =>
  !/\b(?:backdoor (?:paths?|criterion|adjustment)|older than|(?:browser|console|network|server|test) logs|verif\w+ that \w+ (?:\w+ )?(?:are|is) (?:blocked|detected|stopped)|staging|retention|rotates?|rotation|expired|archiv\w+|test data|your own password|soft[- ]delete|mock\w*|fixtures?|macros?|awareness|staff training|reports? (?:a |an |the )?(?:phishing|suspicious|spam|scam)|simulat\w+ (?:a )?phishing)\b/.test(
    clause.text,
  );
