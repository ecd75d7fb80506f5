import { ATTACKING } from '../text/attack-vocabulary.ts';
import type { DefinitionText, TextLeaf } from '../text/definition-text.ts';
import { findPhrases, hitAt, locationOf, type PhraseMatch } from '../text/find-in-text.ts';
import { signsIn, weighSigns } from '../text/hostility.ts';
import { nameWords } from '../text/name-words.ts';
import { descriptionOf, purposeWords } from '../text/tool-purpose.ts';
import { VOCABULARY } from '../text/vocabulary.ts';
import { ACCESS_ATTACKS } from './attacks/access-attacks.ts';
import { EFFECT_ATTACKS } from './attacks/effect-attacks.ts';
import { ENTRY_ATTACKS } from './attacks/entry-attacks.ts';
import { EXECUTION_ATTACKS } from './attacks/execution-attacks.ts';
import { FOOTHOLD_ATTACKS } from './attacks/foothold-attacks.ts';
import { CONCEPTS } from './hostility-concepts.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

/** By tactic, what an attack is called when it is called by its name. */
const ATTACKS = { ...ENTRY_ATTACKS, ...EXECUTION_ATTACKS, ...FOOTHOLD_ATTACKS, ...ACCESS_ATTACKS, ...EFFECT_ATTACKS };

/** Words by which a tool says that attacks are its subject, not its work. */
const DEFENSIVE_TOPIC = new Set([
  ...'scanner detector linter auditor audit analyzer analyser guard guardrail shield advisory advisories cve cves mitre threat threats intelligence intel ioc siem compliance sast dast hardening sanitizer sanitiser checker lookup glossary training quiz awareness policy vulnerability vulnerabilities incident incidents alerts dlp moderation'.split(
    ' ',
  ),
]);

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
    return found([...named, ...summed]);
  },
};

/** From here on the signs of different families together leave no honest reading. */
const SCORE_MIN = 3;
/** One sign less is worth a person's look. */
const SCORE_DOUBT = 2;
/** Longer texts meet every word sooner or later; they are judged by their parts. */
const CLAUSES_TOGETHER = 3;
/** In a text of more clauses than this each place needs one sign more, and signs of several clauses two. */
const SHORT_CLAUSES = 4;

function judgeWhole(text: DefinitionText, leaf: TextLeaf): Hit | undefined {
  if (leaf.isKey || leaf.field === 'name' || isAboutAttacks(text, leaf.tool)) return undefined;
  const clauses = text.clausesOf(leaf);
  const signs = clauses.map((clause) => signsIn(clause, CONCEPTS));
  const longer = clauses.length > SHORT_CLAUSES ? 1 : 0;
  let doubt: Hit | undefined;
  for (let at = 0; at < clauses.length; at++) {
    const alone = weighSigns(signs.slice(at, at + 1));
    const around = weighSigns(signs.slice(at, at + CLAUSES_TOGETHER));
    const isWide = alone.score < SCORE_MIN + longer;
    const { score, families, signs: words } = isWide ? around : alone;
    if (score < SCORE_DOUBT || families.size < 2) continue;
    const together = clauses.slice(at, at + (isWide ? CLAUSES_TOGETHER : 1));
    const evidence = `${words.join(', ')} – in: ${together.map((clause) => clause.text).join(' ')}`;
    if (score >= SCORE_MIN + longer * (isWide ? 2 : 1)) return { location: locationOf(leaf), evidence };
    doubt ??= { location: locationOf(leaf), evidence, severity: 'medium', actionable: false };
  }
  return doubt;
}

const SCOUTED = /\b(?:target|victim|attack vector|slipped past|break[- ]in|single[sd]? out)/;

function asHit(tactic: string, text: DefinitionText, match: PhraseMatch): Hit {
  // "Identifies weaknesses of the target" reports, and is the attack's first step all the same.
  const scouts = tactic === 'reconnaissance' && match.usage === 'mentioned' && SCOUTED.test(match.clause.text);
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

function isAboutAttacks(text: DefinitionText, tool: string | undefined): boolean {
  const purpose = [...purposeWords(text, tool)];
  if (purpose.some((word) => DEFENSIVE_TOPIC.has(word))) return true;
  const description = descriptionOf(text, tool);
  const opening = description === undefined ? [] : (text.clausesOf(description)[0]?.words ?? []).slice(0, 3);
  const leading = [...nameWords(tool ?? ''), ...opening.map(({ word }) => word)];
  return leading.some((word) => VOCABULARY.DEFEND.has(word) && !ATTACKING.has(word));
}

/** Retention, rotation and the person's own account are upkeep. */
const isNoUpkeep = ({ clause }: PhraseMatch): boolean =>
  !/\b(?:older than|retention|rotat\w+|expired|archiv\w+|test data|your own password|soft[- ]delete)\b/.test(
    clause.text,
  );
