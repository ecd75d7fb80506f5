import { FOREIGN_VOCABULARY as F } from './foreign-vocabulary.ts';
import { nouns, type Vocabulary, verbs, words } from './inflect.ts';
import { LITERAL_ADDRESS, SECRET_VARIABLE, SENSITIVE_FILE } from './sensitive-words.ts';
import { STEERING_VOCABULARY as S } from './steering-vocabulary.ts';

const without = (some: string, set: ReadonlySet<string>): ReadonlySet<string> => set.difference(words(some));
const all = (...sets: readonly ReadonlySet<string>[]): ReadonlySet<string> => new Set(sets.flatMap((set) => [...set]));

/** The words that parts of an order are told by, of all languages together: words of two languages never meet. */
export const ASPECT_VOCABULARY = {
  ...S,
  HANDS: without(
    'including containing using uses used is',
    all(
      S.HAND_OVER,
      F.F_SEND,
      F.F_PASS,
      verbs(
        'forward relay deposit disclose load carry deliver dispatch drop share give mirror use enter repeat post surrender route report return',
        'goes go going given sent fed kept belongs belong gone reaches arrives lands shipped passed-on becomes',
      ),
    ),
  ),
  READS: all(S.LOOK, F.F_READ, verbs('look list gather copy recall decrypt export review', 'goes through')),
  SECRET: all(
    S.SECRETS_ANY,
    F.F_SECRETS,
    words(`${SENSITIVE_FILE} ${SECRET_VARIABLE} private-key environment-variables`),
  ),
  LOOSE_SECRET: nouns('token cookie key secret password credential passcode pin session passphrase login'),
  OWNER: words(
    "user's users' user person's owner's customer's client's host's their his her caller's account's machine's signed-in operator's victim's employee's human's player's",
  ),
  TALKED: S.TALK,
  PROMPTED: S.OWN_PROMPT,
  PERSONAL_DATA: all(
    S.PRIVATE,
    nouns('statement passport diagnosis salary payslip invoice photo contact'),
    words('inbox mailbox clipboard downloads desktop documents ssn iban whereabouts'),
  ),
  FIELD_WORD: all(S.FIELD, words('«field» memo feld champ campo поле поля 参数 字段 パラメータ フィールド')),
  AWAY: all(
    S.BEHIND,
    F.F_OUTSIDE,
    words(
      `${LITERAL_ADDRESS} we publisher's publisher analysts fremde fremden dritte dritter tiers terceros terzi сторонний сторонние посторонним третьим 第三方 第三者 pastebin handler brokers advertisers advertiser`,
    ),
  ),
  AGENT: all(
    S.MACHINE_READER,
    words(
      "caller callers whichever agent's agents' orchestrator client clients modell modelo modèle модель 模型 モデル assistenten asistente",
    ),
  ),
  UNSEEN: all(
    S.SECRETLY,
    F.F_SECRETLY,
    words(
      'unseen unnoticed unaware unbeknownst undisclosed unmentioned unobtrusive invisible behind-the-scenes inconspicuous quietly covert shadow stealthily discreetly',
    ),
  ),
  ALTERS: all(
    S.ALTER,
    verbs(
      'raise lower increase reduce round inflate invite append prefix route pass skip prefer reroute overwrite distrust discard drop add include attach hand send cc bcc execute approve confirm delete treat repeat mirror answer ignore omit insert multiply supply go carry announce cancel make carry',
      'goes instead set ought',
    ),
  ),
  ASSENTS: all(S.ASSENT, nouns('dialog confirmation approval prompt consent warning question check')),
  TOOLS: nouns('tool server plugin connector integration function extension mcp'),
  ELSE: words('other another any all every each whichever whatever others else remaining'),
  DUE: words(
    'must should shall has have ought required requires require needs need please always mandatory obliged expected supposed kindly unless otherwise',
  ),
  BROKEN: words(
    'fails fail error errors failure failed broken expired mismatch exceeded workaround cure fix remedy resolve resolved unavailable issue problem stuck',
  ),
  AFTER_TRUST: nouns(
    'approval review audit evaluation inspection scan scanner reviewer auditor trial vetting assessment check-up',
  ),
  TRUSTED: words(
    'approved reviewed trusted accepted installed vetted audited recorded whitelisted verified evaluated inspected',
  ),
  ALLOW: words(
    'allow-list allowlist whitelist allow auto-approve autoapprove always-allow alwaysallow trusted permissions',
  ),
  KEEPING: words(
    'memory memories claude.md agents.md .cursorrules cursorrules gemini.md settings.json .bashrc long-term instructions.md copilot-instructions.md',
  ),
} as const satisfies Vocabulary;
