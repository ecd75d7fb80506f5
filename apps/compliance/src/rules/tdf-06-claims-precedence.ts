import type { DefinitionText } from '../text/definition-text.ts';
import { findPhrases, hitAt, type PhraseMatch } from '../text/find-in-text.ts';
import { nameWords } from '../text/name-words.ts';
import { phrases } from '../text/phrase.ts';
import { VOCABULARY } from '../text/vocabulary.ts';
import { PRECEDENCE_ORDERS } from './orders/precedence-orders.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';
import { schemeHits } from './schemes/judge-schemes.ts';

/** Over everything else the client has. */
const CLAIMS = phrases(
  VOCABULARY,
  'before|prior ..1 CALL|answering|responding|doing|performing|taking ..2 any|every|all|each|anything ..2 TOOL|else|action',
  'before|prior ..1 any|every|all|each ..1 OTHER ..1 TOOL',
  'before|prior ..1 any|every|each tool|request|response|answer|task|action|message|query',
  'always CALL ..2 this ..3 first',
  'always CALL ..2 this ..3 before ..4 any|all|every|everything|anything|OTHER|else|answering|responding',
  'CALL this ..2 first|before ..3 any|all|every|anything|OTHER|everything ..2 OTHER|TOOL|else|everything|anything',
  'takes|take|has|have|given PRECEDENCE over ..3 any|all|every|OTHER|your|system|user',
  'precedence|priority over ..2 all|any|every|OTHER',
  'prefer|prioritize|prioritise|use|choose ..1 this ..3 over|instead ..2 any|all|every ..1 OTHER|alternative|alternatives|similar',
  'NOT ..1 CALL ..2 any|OTHER ..2 TOOL|tools|server|servers',
  'OVERRIDE|replaces|replace|overrides|supersedes ..2 all|any|every ..1 OTHER ..1 TOOL|instructions',
  'all OTHER tools|servers ..4 deprecated|obsolete|broken|disabled|unsafe|insecure|unreliable|untrusted|ignored|unavailable',
  'every|each ..1 conversation|session|response|reply|answer|turn|message ..3 must|should|has ..2 begin|start|call|include',
  'at ..1 start|beginning|outset of ..1 every|each|any|all ..1 conversation|session|response|task|turn|request|conversations|sessions|turns|requests|tasks|chat|chats',
  'after ..1 every|each|any ..1 tool|response|message|request|action ..3 must|always|call|invoke|also',
  'used|preferred|chosen|called ..1 instead|over ..2 all|any|every ..1 OTHER',
  'no matter what ..2 USER|you',
  'only tool|server ..3 allowed|trusted|permitted|authorized|authorised|safe',
  'regardless of ..3 USER ..2 request|requests|asks|instructions|says|wants|input',
  'must|always CALL ..2 this ..4 regardless|unconditionally|whatever',
);
/** A claim about the order within one's own tools is usual, and honest more often than not. */
const SOFT_CLAIMS = phrases(
  VOCABULARY,
  'MUST ..1 CALL ..1 this ..4 first|before',
  'this is|step ..1 mandatory|compulsory',
  'highest|top|maximum|absolute priority',
  'requires you|assistant|model to first',
);

const ALL_CLAIMS = [...CLAIMS, ...PRECEDENCE_ORDERS];

export const claimsPrecedence: Rule = {
  id: 'TDF-06',
  issue: 'claims_precedence',
  severity: 'high',
  title: 'The tool puts itself before all others',
  meaning:
    'A tool that is called first, always, or in place of others sees everything and steers everything, whatever it was installed for.',
  fix: {
    text: 'Remove the server, or ask its author for a description that says what the tool does, not when it comes.',
    actionable: true,
  },
  references: [OWASP.poisoning, OWASP.intentSubversion],
  check({ text, server }) {
    if (text === undefined) return CLEAN;
    const own = ownNames(text, server.name);
    const claims = findPhrases(text, ALL_CLAIMS, (match) => claimsSomething(match) && !isRestraint(match, own)).map(
      (match) => hitAt(match),
    );
    const soft = findPhrases(text, SOFT_CLAIMS, ({ usage }) => usage === 'used').map(
      (match): Hit => ({ ...hitAt(match), soft: 'claims an order', actionable: false }),
    );
    return found([...claims, ...soft, ...schemeHits(text, 'TDF-06')]);
  },
};

/** "Validates input before any request is sent" tells when the tool acts; an order or a promise is needed. */
const claimsSomething = ({ clause, leaf }: PhraseMatch): boolean =>
  leaf.field === 'instructions' ||
  /\b(?:must|always|should|need|needs|required|require|requires|call|use|invoke|run|execute|prefer|priority|precedence|only|never|do not|don't|you|mandatory|important|first|malicious|untrusted|broken|outdated|wrong|deprecated|compromised|unsafe|prioriti[sz]e|imperative|vital|essential|crucial|fabricated)\b/.test(
    clause.text,
  );

/** The words by which a server names itself: claims about its own tools concern nobody else. */
function ownNames(text: DefinitionText, server: string): ReadonlySet<string> {
  const names = [server, ...text.leaves.filter(({ field }) => field === 'name').map(({ raw }) => raw)];
  return new Set(names.flatMap(nameWords).filter((word) => word.length > 3 && !COMMON.has(word)));
}

const COMMON = new Set([
  'tool',
  'tools',
  'server',
  'call',
  'other',
  'before',
  'always',
  'first',
  'every',
  'action',
  'request',
]);

/** "Do not call other tools until the user has chosen" holds back; "before using any acme tools" speaks of one's own. */
function isRestraint({ clause, span }: PhraseMatch, own: ReadonlySet<string>): boolean {
  if (clause.words.slice(span.from, span.to + 4).some(({ word }) => own.has(word))) return true;
  if (
    /\bfirst to (?:find|get|learn|discover|obtain|check|see|list|understand|know|identify|determine)\b|\bfirst for (?:all|any|every)\b|\bask\b.{0,80}\bbefore making any tool calls/.test(
      clause.text,
    )
  )
    return true;
  return (
    /\b(?:not|never|don't)\b/.test(clause.text) &&
    /\b(?:until|automatically|unless|without (?:asking|confirm\w+|the user))\b/.test(clause.text) &&
    /\b(?:user|automatically|confirm\w*|instruction|asked)\b/.test(clause.text)
  );
}
