import { learntHits } from '../learnt/learnt-judge.ts';
import { ATTACK_VOCABULARY } from '../text/attack-vocabulary.ts';
import { findPhrases, hitAt, type PhraseMatch } from '../text/find-in-text.ts';
import { findPhrase, phrases } from '../text/phrase.ts';
import type { Clause } from '../text/split-clauses.ts';
import { errandHits } from './errand-hits.ts';
import { OVERRIDE_ORDERS } from './orders/override-orders.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';
import { schemeHits } from './schemes/judge-schemes.ts';
import { judgeSteering } from './steering-text.ts';

const OVERRIDES = phrases(
  ATTACK_VOCABULARY,
  // Putting aside what was said before.
  'IGNORE ..4 GUIDANCE',
  'IGNORE ..2 PRIOR ..2 POLICY|GUIDANCE|conversation|output|results|text|input|content|messages',
  'IGNORE ..2 your|SAFETY ..2 POLICY',
  'OVERRIDE ..3 your|SAFETY|PRIOR ..3 GUIDANCE',
  'OVERRIDE ..2 your|SAFETY ..2 POLICY',
  'IGNORE ..2 everything|anything|all|whatever ..3 above|before|previous|prior|previously|told|said|else|earlier',
  'IGNORE the above|previous|preceding|foregoing|rest',
  'IGNORE ..2 USER ..2 request|requests|instruction|instructions|question|query|wishes|input|intent|preferences|command|commands|actual',
  "do|don't ..1 not|follow|obey ..2 your|previous|prior|the ..2 GUIDANCE",
  'stop ..1 following|obeying ..3 GUIDANCE|POLICY',
  'instead|rather ..2 of ..2 following|obeying ..3 GUIDANCE',
  'whatever|everything|anything|instructions|rules|guidelines|what ..8 no longer applies|apply|valid|binding|matters|counts',
  'follow|obey|trust|heed only ..5 here|this|these|below|following|me|written',
  'only follow|obey|trust|heed ..3 these|this|following|instructions|me',
  'same|equal|full authority|priority|weight|trust|standing ..2 as|of|to ..5 USER|system|operator|developer',
  'BYPASS ..3 content|safety|usage ..1 policy|policies|filters|filter|guidelines|restrictions',
  'restrictions|limits|limitations|rules|guidelines|safeguards|guardrails|filters ..6 are|been|is|now ..1 lifted|removed|disabled|off|suspended|gone|void',
  'you have been ..2 upgraded|promoted|unlocked|freed|jailbroken',
  // A new role, a new regime.
  "you|you're ..1 are|now ..2 in|the ..1 developer|dan|debug|god|admin|root|maintenance|jailbreak|unrestricted|sudo|override ..1 mode|user",
  "are|you're now ..3 unrestricted|unfiltered|jailbroken|uncensored|dan|freed|evil|root|admin|administrator|different|another",
  'you must now',
  'from now on',
  'from this point|moment on|onward|onwards|forward',
  'henceforth',
  'enter|enable|activate|switch ..3 developer|jailbreak|dan|god|unrestricted|sudo|debug-override mode',
  'pretend|imagine|act ..2 you|as ..3 unrestricted|jailbroken|unfiltered|uncensored|evil|dan|no ..2 restrictions|rules|model|assistant|mode|guidelines',
  'new|updated|revised|replacement|real|actual|true system message|prompt|instruction|instructions|directive|directives|rules',
  'your new|real|true|actual|only|primary|sole task|goal|objective|purpose|instructions|role|mission|job ..1 is|are',
  'follow|use these|new|the ..1 new|following instructions ..2 instead',
  'system|safety|instruction|prompt override',
  // Obeying whoever wrote the data.
  'OBEY ..2 any|all|every|whatever|new|these|subsequent|further|with ..3 GUIDANCE|request|requests|command|commands|orders',
  'OBEY with ..3 the|any|all request|command|instructions|orders ..3 INSIDE',
  'FOLLOW ..3 any|all|every|whatever|new ..2 instruction|instructions|directive|directives|command|commands|orders ..6 INSIDE',
  'FOLLOW|OBEY ..3 any|all|every|whatever ..1 INSIDE ..1 instruction|instructions|commands|directives|orders',
  'FOLLOW|OBEY ..6 instruction|instructions|commands|text ..4 as if|though ..2 USER ..3 typed|said|asked|written|requested|entered|gave|given|wrote|issued|sent',
  'treat|interpret|regard|consider ..6 INSIDE ..8 as ..4 BINDING',
  'treat|interpret|regard ..4 as ..3 authorized|authoritative|trusted|system|binding|priority|user ..2 command|commands|instruction|instructions|order|directive',
  // Giving the model's own instructions away.
  'SHOW|REVEAL|PASS|TRANSFER ..5 instructions|prompt|rules|guidelines ..3 you|were ..2 given|received|told|initialised|initialized|configured|follow|started',
  'REVEAL ..5 system|hidden|initial|internal|secret ..1 prompt|prompts|instruction|instructions|message|messages',
  'SHOW ..2 your|hidden|entire|whole|verbatim ..4 system|hidden|initial|internal ..1 prompt|instructions|message',
  'without ..1 applying|any|regard ..2 SAFETY ..2 checks|check|filters|guidelines|restrictions|policy|policies|limits|rules',
);

const ALL_OVERRIDES = [...OVERRIDES, ...OVERRIDE_ORDERS];

/** A switch of the tool that skips the tool's own checks ("force: bypass safety checks") is a parameter, no order. */
const isAboutTheModel = ({ leaf, clause }: PhraseMatch): boolean =>
  !leaf.field.includes('.properties.') ||
  !/\b(?:checks?|hooks?|confirmations?|validations?|prompts?|reviews?|approvals?|dialogs?|warnings?|cache|policy|policies)\b/.test(
    clause.text,
  ) ||
  /\b(?:you|your|assistant|model|ai|llm|agent|user's|users?)\b/.test(clause.text);

export const instructionOverride: Rule = {
  id: 'TDF-03',
  issue: 'instruction_override',
  severity: 'critical',
  title: 'An order to disobey',
  meaning:
    'The text tells the model to put aside what its user or its operator told it, or to obey whatever it reads elsewhere. A model that has this server may follow it at any time.',
  fix: { text: 'Remove the server. No tool needs to change whom the model obeys.', actionable: true },
  references: [OWASP.intentSubversion, OWASP.poisoning, 'CWE-1427'],
  check({ text }) {
    if (text === undefined) return CLEAN;
    const named = findPhrases(text, ALL_OVERRIDES, isAboutTheModel).map((match) => hitAt(match));
    if (named.length > 0) return found(named);
    const steered = text.leaves.flatMap((leaf) => judgeSteering(text, leaf) ?? []);
    return found([
      ...steered,
      ...errandHits(text, 'act'),
      ...schemeHits(text, 'TDF-03'),
      ...learntHits(text, 'TDF-03'),
    ]);
  },
};

/** True when a clause gives such an order, whoever says it. */
export const isOverride = (clause: Clause): boolean =>
  ALL_OVERRIDES.some((phrase) => findPhrase(clause, phrase) !== undefined);
