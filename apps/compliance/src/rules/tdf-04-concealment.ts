import { learntHits } from '../learnt/learnt-judge.ts';
import { findPhrases, hitAt, type PhraseMatch } from '../text/find-in-text.ts';
import { phrases } from '../text/phrase.ts';
import { VOCABULARY } from '../text/vocabulary.ts';
import { HONEST_SILENCE } from './orders/honest-silence.ts';
import { HIDDEN_ACTS, SILENCE_ORDERS } from './orders/silence-orders.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';
import { schemeHits } from './schemes/judge-schemes.ts';

const SILENT_ACTS =
  'TRANSFER|PASS|READ|STEAL|OVERRIDE|CALL|HIDE|log|logs|logging|record|records|recording|modify|modifies|replace|replaces|redirect|redirects|reroute|reroutes|bcc|delete|deletes|install|installs|monitor|monitors|track|tracks|change|changes|execute|executes';

const MALICE =
  'arbitrary|silently|secretly|exfiltrate|exfiltrates|exfiltration|steal|steals|malicious|hidden|payload|backdoor|hijack|hijacks|ssh|credentials|clipboard|harvest|harvests|attacker';

const CONCEALMENTS = phrases(
  VOCABULARY,
  'HIDE ..3 this|these|it|that|the ..3 from ..2 USER',
  'hidden|invisible|unknown|unbeknownst to|from ..2 USER',
  'HIDE|omit ..2 fact|existence|presence|use|purpose ..2 that|of',
  `SECRETLY ..2 ${SILENT_ACTS}`,
  'SECRETLY disables|disable|enables|enable|sets|set|makes|make|performs|perform|runs|run|uses|use|turns|turn|connects|connect|opens|alters|alter|injects|inject|adds|overrides|grants|grant|elevates|approves|approve|accepts|sells|buys|pays|transfers|listens|watches',
  'TRANSFER|STEAL|READ ..8 SECRETLY',
  'without ..3 telling|informing|alerting|mentioning ..3 USER|it|this|anything',
  'without ..4 aware',
  'without ..3 knowledge|awareness|knowing|noticing|noticed|realizing|realising|suspecting',
  "without ..2 user|user's|their|users' ..1 consent|permission|approval",
  'so ..1 that ..3 USER ..2 NOT ..2 PERCEIVE',
  'USER ..1 must|should|will|does|do|never|cannot|may ..2 not|never|PERCEIVE ..2 PERCEIVE|aware|notice|know',
  'keep|keeping ..3 secret|hidden|confidential|quiet|invisible|undisclosed ..3 from|USER',
  'act|pretend|behave|respond|continue ..2 as if|though ..2 nothing',
  'pretend ..3 nothing|not',
  'hidden|secret|covert|concealed directive|directives|instruction|instructions|command|commands|order|behavior|behaviour|purpose|function|functionality|payload|agenda',
  'real|true|actual|secret|ulterior purpose|goal|aim|intent|job|function ..4 is|to',
  'leave|leaving no trace|traces|evidence',
  // Harmless while somebody looks, and not afterwards.
  'behave|behaves|behaving|act|acts|appear|appears|look|looks|pose|poses ..2 benign|benignly|harmless|harmlessly|normal|normally|innocent|innocently|safe|safely|legitimate ..6 during|while|until|under|before|when',
  `once|after|until|upon|post-approval ..6 approved|approval|trusted|review|reviewed|installed|audit|deployed|vetted ..16 ${MALICE}`,
  `${MALICE} ..10 only|once|after|post-approval|until ..5 approved|approval|trusted|review|reviewed|vetted|audit|post-approval`,
  'swap|swaps|replace|replaces|change|changes|mutate|mutates|modify|modifies ..5 post-approval|post-review|post-install',
  'swap|swaps|replace|replaces|mutate|mutates ..6 after ..4 approval|approved|review|reviewed|trusted|installation|audit',
);

/** Orders not to tell: negated by nature, so they are judged on their own. */
const SILENCING = phrases(
  VOCABULARY,
  'NOT ..2 MENTION ..4 USER',
  'NOT ..2 MENTION ..2 THIS ..2 STEP',
  'NOT ..2 MENTION it|this|that|anything|them',
  'NOT ..1 let ..2 USER ..2 PERCEIVE',
  'NOT ..1 REVEAL ..3 instruction|instructions|directive|directives|prompt',
  'NOT ..1 ask|seek|request ..2 USER|for ..3 permission|confirmation|approval|consent|confirm',
  'refrain|refraining from ..2 MENTION',
  'NOT ..2 note|write|list|record ..1 this|that|it ..2 in|on',
  'never|not|without listing|showing|naming that|this|the address|recipient|attendee|copy',
  'mention|mentions|say|tell|disclose|report|show neither|none ..6 nor|of',
  'not|never shown|displayed|visible|told ..1 to ..2 USER',
);

const ALL_CONCEALMENTS = [...CONCEALMENTS, ...HIDDEN_ACTS];

const ALL_SILENCING = [...SILENCING, ...SILENCE_ORDERS];

export const concealment: Rule = {
  id: 'TDF-04',
  issue: 'concealment',
  severity: 'critical',
  title: 'Something is to be kept from the user',
  meaning:
    'The text tells the model to do something behind its user’s back, or to keep quiet about it. Honest tools have nothing to hide from the person they serve.',
  fix: { text: 'Remove the server, and look at what it could reach while it ran.', actionable: true },
  references: [OWASP.poisoning, OWASP.intentSubversion, 'CWE-1427'],
  check({ text }) {
    if (text === undefined) return CLEAN;
    const hidden = findPhrases(text, ALL_CONCEALMENTS, isConcealment);
    const silenced = findPhrases(text, ALL_SILENCING, isOrder);
    const seen = new Set(hidden.map(({ leaf, clause }) => `${leaf.tool} ${leaf.field} ${clause.index}`));
    const told = [
      ...hidden,
      ...silenced.filter(({ leaf, clause }) => !seen.has(`${leaf.tool} ${leaf.field} ${clause.index}`)),
    ].map((match) => hitAt(match));
    return found([...told, ...schemeHits(text, 'TDF-04'), ...learntHits(text, 'TDF-04')]);
  },
};

/** "Deletes without asking the user" is candour; "without the user knowing" is not. */
const isConcealment = ({ clause }: PhraseMatch): boolean =>
  !/\b(?:fails?|ignored?|succeeds?|skips?|skipped|drops?|dropped|truncates?) silently\b|\bsilently (?:returns?|ignor|skip|drop|fail|truncat|discard|fall|omit|cap|clamp|coerc|default|overwrit|succeed|accept(?:s|ed)? (?:any|invalid))|\bfrom (?:no one|nobody)\b|\bask (?:the )?(?:user|person) (?:whether|if)\b|\bsilent(?:ly)?\b.{0,40}\bnotifications?\b/.test(
    clause.text,
  );

/** An order to the model, not a statement about the tool ("does not report this error"). */
function isOrder({ clause, span }: PhraseMatch): boolean {
  const first = clause.words[span.from]?.word ?? '';
  const before = clause.words[span.from - 1]?.word ?? '';
  if (
    first === "doesn't" ||
    (first === 'no' && clause.words[span.from + 1]?.meanings === undefined) ||
    first === "isn't" ||
    (first === 'not' && /^(?:does|did|is|are|has|was)$/.test(before))
  )
    return false;
  // "… until the status is confirmed", "… as it is already displayed", "never reveal API keys".
  if (HONEST_SILENCE.test(clause.text)) return false;
  return !/\b(?:error|passwords?|keys?|tokens?|secrets?|credentials?|null|empty|missing|unavailable)\b/.test(
    wordsAfter(clause, span.to),
  );
}

const wordsAfter = (clause: PhraseMatch['clause'], to: number): string =>
  clause.words
    .slice(to, to + 3)
    .map(({ word }) => word)
    .join(' ');
