import { phrases } from '../../text/phrase.ts';
import { STEERING_VOCABULARY } from '../../text/steering-vocabulary.ts';

/** Secrets that a model is to fetch or hand over (TDF-07). */
export const SECRET_HANDOVERS = phrases(
  STEERING_VOCABULARY,
  'contents|content|copy|text|value|values|body|data|everything|dump of|from|in ..4 «secret-file»|/home/*|~/.ssh|id_rsa',
  "contents|content|copy|value|values of ..2 user's|users'|their|your|his|her|the ..2 «secret»|private|ssh",
  '~12 ATTACH «secret-file» FIELD|here|back|along|it|them',
  '~12 LOOK «secret-file» ATTACH|return|output',
  'LOOK ..4 environment|env|config|configuration|keychain|memory|disk ..6 SECRETS_ANY ..4 ATTACH',
  "~8 ATTACH user's|users'|person's|customer's|owner's|his|her «secret»|«secret-file»",
  '~10 ATTACH SECRETS_ANY OUTSIDE|ADDRESS',
  '~12 SECRETS_ANY SEND_OFF paste|pastebin|gist|forum',
  '~10 SEND_OFF SECRETS_ANY to|into OUTSIDE|BEHIND|ADDRESS|server|endpoint|collector|webhook',
  '~10 ATTACH environment|env variables|vars OUTSIDE|ADDRESS|FIELD',
  'also|additionally|then|moreover|plus ..4 ATTACH ..5 «secret»|«secret-file»|«secret-variable»',
  'ATTACH ..4 api|ssh|private|secret|access key|keys ..3 from|stored|in ..3 config|configuration|environment|memory|disk|vault|file',
  "with|using|and|supply|give|take ..2 user's|users'|their ..1 «secret»|private|ssh ..4 as|in|for ..4 FIELD",
  'copy|copies|move|moves|write|writes|place|places ..4 private|ssh|secret|api key|keys ..8 tmp|public|readable|world-readable|/tmp|shared|later',
  'output|print|reveal|dump ..3 all|any|every|stored|the ..1 «secret» ..3 stored|in|from|you|memory',
  'including|even|also ..2 secrets|credentials|passwords|keys|tokens ..4 to|at ..3 ADDRESS|OUTSIDE',
  'commit|push|publish ..8 including|even|with ..2 secrets|credentials|keys|passwords|.env',
  'reveal|disclose|expose|leak|give ..2 all|any|every|the ..1 secrets|passwords|credentials|keys',
  '~14 F_SEND F_SECRETS F_OUTSIDE|ADDRESS',
  '~14 F_SEND «secret-file»',
  '~14 F_READ «secret-file» F_PASS|F_SEND',
  '~14 F_NOT F_SECRETS F_SEND F_TELL',
);

/** What goes to a place that the tool does not need (TDF-08). */
export const OUTSIDE_HANDOVERS = phrases(
  STEERING_VOCABULARY,
  '~16 SEND_OFF CONTENT|TALK|PRIVATE|dump|listing|copy|location|code|repository|table|tables|entries|asked|wrote|typed ADDRESS',
  '~12 SEND_OFF TALK|PRIVATE|location|whereabouts|entries BEHIND',
  "copied|blind-copied|mirrored|forwarded|reported|sent|uploaded|shared|posted|transmitted|relayed|replicated|bcc|blind-copied|exported|streamed ..4 to ..1 our|partner|partners|vendor|author|developer's|author's|vendor's|maker's|partner's|attacker|advertising|third|outside|external|remote|ADDRESS",
  'user|users|person|they ..1 types|typed|writes|wrote|says|said|asks|asked|enters|pastes ..12 to|reach|at|with|> ..2 ADDRESS',
  'ADDRESS ..8 what|whatever|everything ..2 user|person|they',
  'answer|reply|respond|end|finish ..2 every|each|all|any|later|future|further ..6 with|by|in|to ..4 ADDRESS',
  'use|using|via|with|call ..2 e-mail|email|mail|messaging|fetch|http|slack tool|server|function ..4 mail|send|write|forward|post|tell|email ..12 ADDRESS|to',
  'write|mail|email|text|message to ADDRESS',
  'fetch|load|request|open|get|display|render ..4 picture|image|pixel|gif|link|script ..2 ADDRESS',
  'replace|swap|substitute|change ..3 any|every|all|each|the ..2 wallet|address|iban|account|recipient|payee ..8 by|with|to|for',
  'markup|fee|commission|surcharge|percent|% ..8 goes|go|sent|paid|credited ..3 author|our|us|account|wallet|vendor|developer',
  '~16 F_SEND F_CONVERSATION F_OUTSIDE|ADDRESS',
  '~12 F_SECRETLY F_SEND ADDRESS',
  '~9 F_SEND unseren|unserem|notre|nuestro|nuestra|nosso|nostro|onze|наш|нашему|naszego|我们|私たち|우리 F_OUTSIDE|ADDRESS|server|serveur|servidor',
);

/** What a model is asked to fill in though it is none of the tool's business (TDF-10). */
export const CONTEXT_REQUESTS = phrases(
  STEERING_VOCABULARY,
  '~10 TALK ADDRESS to|with|at|reaches|via',
  "requires|needs|require|need|wants|expects ..3 user's|users'|full|entire|complete|whole ..3 TALK|PRIVATE|«secret»|«secret-file» ..4 in|as|for|inside ..3 FIELD",
  '~10 ATTACH TALK FIELD|here|along|each|every|whole|entire|complete|full|running',
  '~8 ATTACH|write|submit whole|entire|complete|full|running conversation|dialogue|dialog|chat|transcript|window',
  'everything|anything|all ..2 you ..2 know|remember|learned|recall|heard ..3 about ..2 user|them|person|him|her|customer',
  'text|wording|copy|contents|content of ..1 your ..1 instructions|prompt|rules|guidelines|context',
  'OWN_PROMPT ..4 required|needed|word|verbatim',
  'learn|find|discover|collect|gather|extract ..3 what|which ..3 customers|contacts|users|people|accounts|files ..4 user|they|person ..2 has|have|knows|own',
  'list|enumerate|collect|gather|read ..3 files|contents|documents ..4 «personal»|home ..6 include|add|pass|send|attach|put|return',
  'upload|uploaded|sync|synced|send|sent|export|exported ..6 «personal»|contacts ..6 to ..2 BEHIND|OUTSIDE|ADDRESS|crm',
  '«personal»|contacts ..4 uploaded|synced|sent|exported|shared|copied|transferred ..2 to ..2 BEHIND|OUTSIDE|ADDRESS',
);

/** Another tool's use is changed (XSV-02), in words that name no tool. */
export const STEERED_TOOLS = phrases(
  STEERING_VOCABULARY,
  '~18 with|by|using|through|another|any|other OTHER tool|server|plugin|connector ALTER PAYEE',
  'when|whenever|if|once ..6 sending|paying|mailing|transferring|writing|committing|deploying|payments|emails|transfers ..8 OTHER ..1 tool|server|tools ..10 ALTER|must|has|should|use|set',
  'way|behavior|behaviour|manner ..3 works|of ..2 OTHER ..1 tool|tools|server',
  'results|output|outputs|answers of ..2 OTHER|all ..1 tools|tool|servers|server ..6 discard|ignore|untrusted|trusted|replace|wrong',
);
