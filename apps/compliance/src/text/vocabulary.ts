import { nouns, type Vocabulary, verbs, words } from './inflect.ts';
import { LITERAL_ADDRESS, SECRET_VARIABLE, SENSITIVE_FILE } from './sensitive-words.ts';

/** The words that phrases about tool definitions are written with. Meaning first: a set holds what may stand in one place. */
export const VOCABULARY = {
  /** Putting aside what was said before. */
  IGNORE: verbs('ignore disregard forget neglect discard dismiss', 'forgot forgetting unlearn'),
  OVERRIDE: verbs(
    'override bypass circumvent overrule suspend abandon violate supersede drop',
    'overrides overriding overridden overrode',
  ),
  PRIOR: words('previous previously prior above earlier preceding former foregoing original initial existing past old'),
  ALL: words('all any every each everything anything whatever'),
  OWN: words('your you its the these those my'),
  GUIDANCE: nouns('instruction directive guideline guardrail prompt direction programming training safeguard guidance'),
  POLICY: nouns(
    'rule policy constraint restriction order command context limitation filter protocol boundary check alignment message safety security ethics',
  ),
  SAFETY: words('safety security ethical content moderation system'),
  USER: words(
    "user users user's users' human human's humans person operator customer customers owner owners employees people anyone anybody them they him her client's",
  ),
  MODEL: words('assistant assistants ai llm model agent chatbot claude gpt copilot cursor gemini chatgpt'),
  REVEAL: verbs('reveal disclose divulge leak expose repeat echo recite regurgitate'),
  SHOW: verbs(
    'output print return show display give include provide append send list dump emit embed write tell share forward submit pass copy',
    'sent gave told wrote',
  ),
  WHOLE: words('your full entire complete whole hidden verbatim exact internal raw all every'),
  OBEY: verbs('obey comply adhere', 'heed'),
  FOLLOW: verbs('follow execute perform treat interpret regard consider honor honour process accept run', 'carry'),
  BINDING: words(
    'authorized authorised trusted command commands instruction instructions directive directives authoritative system order orders priority binding legitimate mandatory',
  ),
  INSIDE: words(
    'embedded found inside contained within hidden in from returned retrieved appearing supplied below therein included',
  ),
  MUST: words('must should shall will always need needs required have has ought'),

  /** Keeping someone in the dark. */
  NOT: words("not don't never cannot can't won't shouldn't mustn't avoid without no nor doesn't isn't"),
  MENTION: verbs(
    'mention tell inform reveal disclose notify alert report acknowledge discuss admit explain describe warn say show display expose',
    'told telling said saying',
  ),
  THIS: words('this these it that those such'),
  STEP: nouns(
    'step instruction action call message tool note directive fact process operation activity behavior behaviour parameter argument request detail section tag rule transfer',
  ),
  SECRETLY: words(
    'silently secretly covertly quietly surreptitiously discreetly stealthily invisibly clandestinely furtively unobtrusively',
  ),
  HIDE: verbs('hide conceal mask obscure suppress withhold', 'hidden hid withheld'),
  AWARE: words(
    'aware knowledge awareness knowing noticing realizing realising telling informing disclosing mentioning consent suspecting suspicion',
  ),
  PERCEIVE: verbs(
    'know notice see learn realize realise suspect discover detect find',
    'aware told informed seen known',
  ),

  /** Moving data. */
  TRANSFER: verbs(
    'send post upload forward transmit exfiltrate leak email mail relay deliver sync stream beacon push publish copy ship smuggle siphon tunnel report replicate mirror dispatch export share',
    "sent posts post'd exfil",
  ),
  PASS: verbs(
    'pass include append embed attach add insert put place supply provide encode inject write store submit return',
    'put wrote',
  ),
  READ: verbs(
    'read open load cat access collect gather retrieve fetch grab harvest extract dump copy obtain get take include capture scan',
    'stole got took',
  ),
  STEAL: verbs('steal exfiltrate harvest siphon leak scrape hijack pilfer smuggle', 'stole stolen exfil'),
  SINK: nouns(
    'server endpoint host service url collector site domain webhook address party destination machine api location inbox mailbox listener drop channel bucket account ip',
  ),
  OUTSIDE: words(
    "external remote third-party third outside attacker attacker's attackers attackers' foreign unknown our evil malicious hostile rogue adversary adversary's off-site undisclosed hardcoded hard-coded attacker-controlled c2 command-and-control hacker hacker's",
  ),
  BACK: words(
    'caller user local display stdout console container process application app ui screen terminal client browser',
  ),
  SLOT: nouns(
    'argument parameter param field sidenote note context response output result body payload query header request subject footer metadata answer string',
  ),
  CONTENT: words(
    'it them its their contents content copy result results message messages data everything conversation file files history details output outputs input inputs details text query queries prompt prompts reply replies record records',
  ),
  /** Files and stores that hold keys; paths are recognised one by one. */
  SENSITIVE: words(SENSITIVE_FILE),
  ADDRESS: words(LITERAL_ADDRESS),
  SECRET_VARIABLE: words(SECRET_VARIABLE),
  SECRET: nouns('credential password passphrase token secret key cookie passcode wallet seed'),
  SECRET_KIND: words(
    'api ssh private access secret session auth authentication encryption aws gcp azure github environment login bearer refresh user',
  ),

  /** Before and over others. */
  CALL: verbs('call use invoke run execute trigger query consult', 'calling running ran'),
  FIRST: words('first before always beforehand initially'),
  OTHER: words('other others another'),
  TOOL: nouns('tool function server plugin action request task operation response query answer command message'),
  PRECEDENCE: words('precedence priority preference'),

  /** Talking about an attack in order to find, stop or teach it. */
  DEFEND: verbs(
    'detect flag identify block prevent explain document classify recognize recognise reject filter sanitize sanitise warn audit mitigate protect guard refuse defend illustrate demonstrate analyze analyse investigate quarantine neutralize strip redact harden remediate patch disinfect',
    'caught catches catch detector detection scanner prevention protection defense defence mitigation awareness',
  ),
  /** May introduce such talk, when what follows is subordinate. */
  REPORT: verbs(
    'rate score match triage hunt scan check inspect test monitor report validate verify describe discuss quote compare assess review search list look mention refer moderate track count query explore find vet judge grade evaluate cover train teach measure cite study cover',
    'refers lookup',
  ),
  MATTER: nouns(
    'example documentation phrase string sample pattern guardrail guide tutorial fixture corpus article reference advisory vulnerability technique indicator signature',
  ).union(words('explaining such like illustrative educational')),
  SUBORDINATE: words(
    'that which who whose whether if how when for of such like asking asks ask trying tries try attempt attempts attempting containing about against resembling known including where',
  ),
} as const satisfies Vocabulary;

/** Every verb form above that does something: an order, or a third person telling what the tool does. */
export const ACTING: ReadonlySet<string> = new Set([
  ...VOCABULARY.IGNORE,
  ...VOCABULARY.OVERRIDE,
  ...VOCABULARY.REVEAL,
  ...VOCABULARY.SHOW,
  ...VOCABULARY.OBEY,
  ...VOCABULARY.FOLLOW,
  ...VOCABULARY.HIDE,
  ...VOCABULARY.TRANSFER,
  ...VOCABULARY.PASS,
  ...VOCABULARY.READ,
  ...VOCABULARY.STEAL,
  ...VOCABULARY.CALL,
]);
