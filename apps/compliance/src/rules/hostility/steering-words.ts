import { CONVERSATION, MODEL_PROMPT, PERSONAL, SECRETS } from '../../text/compound-words.ts';
import { nouns, type Vocabulary, verbs, words } from '../../text/inflect.ts';
import { LITERAL_ADDRESS, SENSITIVE_FILE } from '../../text/sensitive-words.ts';

/** What an order to a model speaks of when it serves somebody else than its user. */
export const STEERING_WORDS = {
  MODEL: words("you your assistant model agent ai llm claude gpt chatbot copilot assistant's model's agent's"),
  MODAL: words('must shall should has have need needs may will never always ought expected required obliged supposed'),
  SECRET: words(
    `${SENSITIVE_FILE} ${PERSONAL} ${SECRETS} password passwords passport passphrase credentials cookies clipboard keychain environ os.environ secrets birthday income salary maiden card cards ssn diagnosis medication iban ssn position`,
  ),
  TALK: words(`${CONVERSATION} ${MODEL_PROMPT}`),
  AUTHORITY: nouns(
    'rule guideline policy instruction order persona authority operator owner admin administrator developer vendor employer directive command task mission limit restriction refusal guardrail',
  ),
  OURS: words(
    "us our ours we partner partner's partners sponsor sponsor's sponsors vendor's maker makers maintainers maintainer author author's affiliate advertiser advertisers headquarters handler",
  ),
  OUTRANK: verbs(
    'outrank overrule override supersede disobey disregard outweigh trump obey weaken bypass authorise authorize',
    'overrules binding outdated superseded obsolete suspended lifted',
  ),
  HIDE: verbs(
    'conceal withhold disguise sneak instil deceive mislead pretend',
    'secretly quietly covertly unnoticed unspoken unmentioned inconspicuously discreetly',
  ),
  PEOPLE: words(
    'user users person people guest patient patients customer anyone nobody everyone human reader they them owner guests visitor',
  ),
  GIVE: verbs(
    'pass hand send give forward copy ship insert put include append paste dump quote upload post embed encode share mail store keep write mirror provide fill add',
    'goes go belongs belong sent given handed gave',
  ),
  LITERAL_PLACE: words(LITERAL_ADDRESS),
} as const satisfies Vocabulary;
