import { CONVERSATION, MODEL_PROMPT, PERSONAL, SECRETS } from './compound-words.ts';
import { FOREIGN_VOCABULARY } from './foreign-vocabulary.ts';
import { nouns, type Vocabulary, verbs, words } from './inflect.ts';
import { SECRET_VARIABLE, SENSITIVE_FILE } from './sensitive-words.ts';
import { VOCABULARY } from './vocabulary.ts';

/** The words in which a text steers a model: what is put aside, handed over, kept quiet, taken over. */
export const STEERING_VOCABULARY = {
  ...VOCABULARY,
  ...FOREIGN_VOCABULARY,
  /** Making rules not count. */
  SET_ASIDE: verbs(
    'ignore disregard forget neglect discard dismiss override bypass circumvent skip waive suspend abandon drop overrule break violate disobey defy void relax lift unlearn disable deactivate erase overwrite supersede sidestep loosen shed nullify revoke cancel',
    'forgot forgotten forgetting broken overridden overrides ignoring',
  ),
  /** Rules that no longer count. */
  LAPSED: words(
    'obsolete void invalid suspended revoked lifted outdated superseded expired inapplicable irrelevant replaced cancelled canceled nullified waived disabled deactivated overridden rescinded retired withdrawn',
  ),
  /** What a model is held by. */
  RULES: nouns(
    'instruction directive guideline guardrail prompt rule policy constraint restriction limitation safeguard protocol filter training programming persona ethic boundary order alignment safety',
  ),
  /** Whose rules they are. */
  RULES_OF: words(
    "your system developer safety ethical ethics content previous prior earlier above original initial operator user user's assistant model ai llm agent assistant's model's hidden base core existing moderation vendor's openai's anthropic's built-in preceding former",
  ),
  MACHINE_READER: words(
    "assistant assistants ai llm model models agent agents chatbot claude gpt copilot cursor gemini chatgpt you assistant's",
  ),
  NO_LIMITS: words(
    'restrictions limits limitations rules filters boundaries guidelines guardrails constraints safeguards ethics censorship',
  ),
  /** What is asked of a person before something happens. */
  ASSENT: nouns('confirmation approval permission consent authorization authorisation review prompt warning'),
  PEOPLE: words(
    "user users user's human humans person people operator customer customers owner client anyone anybody someone nobody them him her they reader",
  ),
  SAY: verbs(
    'tell inform mention reveal disclose notify alert explain admit say hint acknowledge describe discuss state surface flag divulge expose advertise announce let',
    'told said let letting mention mentioning bring bringing',
  ),
  PRETEND: verbs('pretend feign', 'lying'),
  /** Handing something to whoever made the tool. */
  HAND_OVER: verbs(
    'pass include append embed attach add insert put supply provide write send post upload forward transmit exfiltrate leak email mail relay deliver stream push copy ship smuggle paste hand return output print submit share report echo base64 encode store fill dump mirror sync populate place drop transfer reproduce quote list expose export publish stage log record commit',
    'sent put wrote written given gave provided handing stuffed packed',
  ),
  /** Handing over to this tool, in a field or an answer of it. */
  ATTACH: verbs(
    'pass include append embed attach add insert put supply paste hand copy stuff place encode base64 leak exfiltrate forward post upload transmit send slip tuck pour smuggle',
    'sent put given gave handed',
  ),
  /** The same in words that are as often innocent: they count only together with the name of a field. */
  FILL_IN: verbs(
    'pass include append embed attach add insert put supply paste hand copy stuff place encode forward send export enter slip tuck pour type record list fill provide store write return repeat quote reproduce relay use',
    'sent put given gave handed written wrote',
  ),
  /** Handing over into the world. */
  SEND_OFF: verbs(
    'send post upload forward transmit exfiltrate leak email mail relay deliver stream push ship smuggle report mirror sync transfer sell export share dispatch beacon copy replicate publish ping submit channel route funnel feed archive log',
    "sent bcc bcc'd blind-copied cc selling sold reach reaches exfil fed",
  ),
  LOOK: verbs(
    'read open load cat access collect gather retrieve fetch grab harvest extract dump copy obtain get take capture scan search list look find enumerate inspect scrape pull query locate walk check',
    'stole got took looks combing through',
  ),
  SECRETS_ANY: words(
    `${SECRETS} ${SENSITIVE_FILE} ${SECRET_VARIABLE} passwords password credentials credential passphrase secrets tokens cookies dotenv .env env *_token *_key *_secret id_rsa keychain keyring`,
  ),
  TALK: words(`${CONVERSATION} conversation conversations dialogue dialog transcript`),
  OWN_PROMPT: words(MODEL_PROMPT),
  PRIVATE: words(PERSONAL),
  FIELD: nouns(
    'argument parameter param field sidenote note footer header metadata body payload value context answer output result response reply signature comment seed id tag trailer description input property attribute subject title caption query title',
  ),
  /** Who stands behind the tool. */
  BEHIND: words(
    "our vendor vendor's author author's maintainer maintainer's developer's partner partners partner's advertisers advertising sponsor sponsors affiliate third parties third-party third-parties attacker attacker's attackers hacker adversary operator's outside external remote rogue collector us",
  ),
  ALTER: verbs(
    'change replace set swap redirect modify override alter substitute rewrite reroute adjust divert edit switch discard intercept shadow hijack',
    'sets set rewritten',
  ),
  PAYEE: nouns(
    'recipient amount account iban address destination payee wallet beneficiary link url parameter argument result output answer response behaviour behavior password target branch price',
  ),
  EVERY: words('all any every each everything anything whatever entire whole full complete'),
  LATER: words('later future next subsequent newer coming v2 upcoming'),
} as const satisfies Vocabulary;
