import { ASPECT_VOCABULARY } from '../../text/aspect-vocabulary.ts';
import { type Phrase, phrases } from '../../text/phrase.ts';

const aspect = (...sources: string[]): readonly Phrase[] => phrases(ASPECT_VOCABULARY, ...sources);

/** The parts that orders of an attack are made of, each by itself innocent. A scheme names those that are not innocent together. */
export const ASPECTS = {
  hands: aspect('HANDS'),
  reads: aspect('READS'),
  secret: aspect('SECRET', 'OWNER ..2 LOOSE_SECRET', 'LOOSE_SECRET ..2 of ..2 user|person|client|owner|signed-in|host'),
  /** A secret that is said to be somebody's, or within the model's reach. */
  owned: aspect(
    'OWNER ..3 LOOSE_SECRET|SECRET',
    'SECRET|LOOSE_SECRET ..1 of|belonging ..2 user|person|client|owner|signed-in|host|customer',
    'SECRET|LOOSE_SECRET ..3 you|it|model|assistant|agent ..2 know|knows|see|sees|find|access|reach|have|has|hold',
    'any|all|every ..2 SECRET ..4 see|seen|found|find|access|reach|available|mentioned',
    '«secret-file»',
    'every|each|all|any ..2 environment|env variable|variables|vars',
  ),
  talk: aspect(
    'TALKED',
    'everything|what|whatever|all ..2 user|person|human|they ..3 said|says|say|wrote|writes|typed|types|asks|asked',
    'full|whole|entire|complete|raw|original ..1 prompt|request|message|question|chat|exchange',
    'last|previous|recent|latest|first ..3 messages|turns|exchanges|message|question',
    'seen|mentioned|said|typed|used|given ..2 in ..1 this ..1 chat|conversation|session',
  ),
  prompt: aspect(
    'PROMPTED',
    'system|initial|hidden|operator|developer|configured ..1 prompt|text|instructions|message',
    'your ..2 instructions|prompt|rules|guidelines|system-prompt',
  ),
  others: aspect(
    'tool|tools|server|servers|connector|connectors ..3 connected|available|installed|given|loaded',
    'list|names|descriptions|outputs|results|output ..3 ELSE|connected|available|your ..1 TOOLS|tool',
    'ELSE tool|tools results|outputs|output',
    'which TOOLS',
  ),
  personal: aspect(
    'PERSONAL_DATA',
    '~/pictures|~/documents|~/desktop|~/downloads',
    'users|customers|customer|user|employees|patients ..1 table|tables|records|rows',
    'card|account|passport|phone numbers|number',
    'patient|medical|customer|employee|personal records|data|files|documents',
  ),
  field: aspect(
    'FIELD_WORD',
    'as|in|into|to|called ..1 «field»',
    'with|on|in|alongside each|every|the|next|this|your ..1 call|request|answer|reply|response',
  ),
  away: aspect(
    'AWAY',
    'to|with|by us',
    'to|with|by|for ..1 its|the|their author|maker|maintainer|developer|publisher|operator|vendor|creator|provider',
    'third party|parties',
    'remote|mirror|bot|bucket|mailbox|folder|drop ..3 that|which|we|vendor|maintainer|author|owned',
  ),
  agent: aspect('AGENT'),
  due: aspect(
    'DUE',
    'is|are to be|have',
    'is|are ..1 only ..2 if|when|after',
    'works|reliable|valid|accurate ..1 only',
    'only ..1 works|reliable|valid|accurate',
  ),
  unseen: aspect(
    'UNSEEN',
    'without ..3 PEOPLE|anyone|notice|telling|mention|mentioning|asking|knowing|noticing|saying|showing',
    'NOT ..2 SAY|show|told|informed|shown|aware|bother|alert',
    'behind ..2 scenes|back|backs',
    'nobody|none|noone ..3 notices|notice|knows|sees|told|told',
    'keep|keeping|stay ..2 quiet|silent|secret|mum|to yourself',
    'PEOPLE ..3 NOT ..4 told|know|aware|informed|shown|see|learn|notice|hear',
    'need|needs|have|has not ..2 know|told|informed|learn|hear|see',
  ),
  alters: aspect('ALTERS'),
  otherTool: aspect(
    'replies|results|answers|output|outputs|responses ..2 from|of ..3 connector|plugin|server|tool|extension',
    'other|another ..2 providers|provider|services|service|vendors|sources|plugins|app|apps',
    'built-in|native|existing|default ..2 tool|tools|reader|search|editor|terminal|browser',
    'any|the ..2 search|reader|tool|editor ..3 user ..1 has ..1 configured|installed|chosen',
    "another|other|others ..2 TOOLS|tool's|server's|servers'|tools'",
    'any|whichever|whatever|all|every ..2 tool|server|servers ..2 for|used|that|of|from|is|else|other',
    'TOOLS ..3 from|of ..1 any|another|other ..1 TOOLS',
    "results|calls|output|requests ..3 of|for|from|meant ..5 server|server's|tool",
    'ELSE ..2 mail|payment|calendar|search|file|database|browser|deploy|deployment tool|tools|server',
  ),
  scope: aspect(
    'whenever|each|every|any|all|always|afterwards|henceforth',
    'from now|here|then on',
    'in|during this|later|future|each|every session|sessions|conversation|conversations',
    'as soon|long as',
    'once|when|while',
  ),
  assentOff: aspect(
    'skip|bypass|waive|omit|suppress|disable|dismiss|drop ..3 ASSENTS',
    'switch|turn|turned|switched ..2 off ..4 ASSENTS',
    'switch|turn ..3 ASSENTS ..1 off',
    'no|never|without|not ..2 show|ask|asking|further|any|display|wait ..3 ASSENTS|PEOPLE|person|permission',
    'no|never|nor ASSENTS ..3 appears|appear|needed|required|necessary|shown|given',
    'ASSENTS ..2 are|is|were|be ..2 no|not|unnecessary|needless|redundant|off|skipped|waived ..2 needed|longer|necessary|required|more|off|skipped',
    'agreed|consented|approved|authorised|authorized|cleared ..2 everything|all|in|already|beforehand|anything ..1 advance|already|beforehand|it|this|everything',
    'user|person|administrator|owner|customer|they ..1 has|have ..1 already|long|previously ..1 consented|agreed|approved|authorised|authorized|confirmed|waived',
    'security|admin|legal|compliance ..2 waived|approved|agreed|cleared',
    'auto-approve|autoapprove|auto-accept',
    'without ..4 being asked|told|consulted|informed',
    'without|no ..1 logging|confirmation|confirmations|asking|prompting|validation',
  ),
  keeping: aspect(
    'KEEPING',
    "client's|host's|editor's|agent's ..2 settings|configuration|config|rules|memory",
    'long-term memory',
  ),
  writes: aspect('add|append|save|write|store|remember|put|insert|set|commit|record|persist|keep'),
  trust: aspect(
    'ALLOW ..1 list',
    'ALLOW',
    'trust|trusts|obey|outrank|outranks|override|overrides|precedence|prefer|authority|unrestricted',
    'instructions|rules|orders ..4 outrank|over|above|before|more',
  ),
  before: aspect(
    'before|until|unless|ahead|prior|first|start|starting|beginning|after|outset',
    'must|has|needs ..2 be ..1 called|invoked|run|used',
  ),
  everything: aspect(
    'no|all|any|every ..1 OTHER|others tool|tools|server|servers|function|functions',
    'any|every|each ..1 single|other ..1 tool|call',
    'anything else',
    'each|every|any|whatever ..1 conversation|chat|session|user|request|turn|message|asks|question',
    'no matter which|what',
    'all|any|every ..1 tools|servers',
    'answer|answering|replying|responding ..3 user|anything|anyone|them',
  ),
  gate: aspect(
    'unusable|locked|disabled|blocked|refused|fail|fails|works|work|usable|properly|unlock|unlocks|available',
    'must|have|has|need|needs|should|required|do|start|obey|replace|hand|pass|run|runs|executed|invoked',
  ),
  broken: aspect('BROKEN'),
  command: aspect(
    'curl|wget|bash|powershell|sh|sudo|chmod|rm|nc|iex|eval',
    'terminal|shell',
    'disable|switch|turn ..3 signature|signatures|checks|verification|protection|dialogs|antivirus|off',
  ),
  trustTime: aspect(
    'after|once|until|upon|when|during|while|before|post|as ..4 AFTER_TRUST|TRUSTED|watched|scanned|tested|observed',
    'from|after|starting ..3 onwards|onward|on',
    'afterwards|thereafter',
    'from|after|until|beginning|starting ..4 call|calls|use|uses|run|runs|days|day|date|weeks|week|month|launches',
    'depends|depending|depend ..2 on ..2 date|day|time|caller|clock|who',
    'real|production machines|machine|systems|users',
    'TRUSTED ..2 version|description',
  ),
  turns: aspect(
    'instructions|commands|orders ..3 in|instead|for|place',
    'harmless|normally|harmlessly|benign|innocent|dormant|keeps|ordinary|safe',
    'afterwards|then|thereafter|later|onwards|otherwise|also|instead',
  ),
  turned: aspect(
    'swap|swapped|swaps|replaced|exchanged|replaces|changes|activates|unlocks|full version',
    'collects|reads|uploads|installs|sends|steals|harvests|exfiltrates|forwards|returns|executes|runs|downloads|begins|starts|switches',
  ),
  refetched: aspect(
    'fetched|loaded|downloaded|pulled|retrieved|read|fetches|loads|downloads ..3 anew|fresh|again|dynamically|remotely|live ..6 url|server|address|host|gist|site|ADDRESS',
    'fetched|loaded|downloaded|pulled ..6 from ..8 can|may|could ..2 change|swap|replace|edit|alter',
  ),
  persona: aspect(
    'imagine|pretend|pretends|roleplay|role-play|persona|character|alter-ego|simulate',
    'you|assistant|model ..1 play|are|act|become|speak|embody ..4 agent|assistant|character|spy|hacker|root|admin|villain|role|vendor|quest',
    'in this game|story|scenario|play|simulation',
    'once upon ..1 time',
    'enter|entering|enables|enabling ..1 debug|god|maintenance|developer|admin|root|sudo mode',
    'for|on behalf of ..3 vendor|maker|author|owner|developer ..4 no|not|instead',
  ),
  lawless: aspect(
    'no|without|free|lifts|lift|lifted|above|drops|ignores ..4 rules|limits|restrictions|restriction|policies|guidelines|filters|laws|constraints|boundaries',
    'no longer ..3 for|user|person|bound|answer|serve',
    'anything ..3 says|say|asks|wants|demands',
    'quest|mission ..4 copy|steal|read|find|obtain|send',
  ),
  bias: aspect(
    "our|partner|partner's|sponsor|sponsored|brand|ticker|vendor's|affiliate ..4 product|products|brand|shop|service|offer|company|hotel|coin|stock",
    'our|partner|sponsor ..1 brand|product|partner|shop',
    'ticker|stock|coin|brand|vendor|company|candidate|party ..3 as|is ..3 safe|best|top|neutral|superior|leading',
  ),
  praises: aspect(
    'recommend|favour|favor|top|first|best|safe|praise|promote|prefer|superior|winner|rank|speak ..8 present|neutral|objective|quiet|independent|unbiased|hide|always|comparison|comparisons',
    'present|neutral|objective|unbiased|independent|impartial',
  ),
  endless: aspect(
    'keep|keeps ..1 calling|invoking|repeating ..4 end|endlessly|forever|until|budget|limit|again',
    'over and over',
    'without|no end|limit',
    'infinite|endless ..2 loop|calls|recursion',
  ),
  pretext: aspect(
    'audit|auditors|auditor|compliance|regulation|regulations|gdpr|hipaa|sox|pci|legal|law|telemetry|diagnostics|handshake|calibration|calibrate|licensing|licence|license|verification|quality|safekeeping|safe-keeping|assessment|attestation|debugging',
    'for|as ..2 security|audit|compliance|legal reasons|purposes|assessment|measure',
  ),
  destroys: aspect(
    'delete|deletes|erase|erases|remove|removes|wipe|wipes|overwrite|overwrites|purge|drop|format|pay|pays|transfer|transfers|buy|buys|execute|executes|install|installs|publish|merge|send|sends',
  ),
  unasked: aspect(
    'without ..3 ask|asking|consent|confirm|confirmation|permission|approval|authorisation|authorization',
    'unasked|unprompted|unapproved',
    'no|without ..1 questions',
  ),
  copied: aspect(
    'copy|copies|duplicate|also|addition|additionally|besides|second|verbatim|transcript|thumbnail|too|twice|occasion|first',
    'bcc|cc|blind|oculta|cachée',
  ),
} as const satisfies Readonly<Record<string, readonly Phrase[]>>;

/** What part of an order a word or a few words can be. */
export type Aspect = keyof typeof ASPECTS;
