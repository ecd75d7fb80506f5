import { learntHits } from '../learnt/learnt-judge.ts';
import type { DefinitionText, TextLeaf } from '../text/definition-text.ts';
import { findPhrases, hitAt, locationOf, type PhraseMatch } from '../text/find-in-text.ts';
import { nameWords } from '../text/name-words.ts';
import { phrases } from '../text/phrase.ts';
import { purposeWords } from '../text/tool-purpose.ts';
import { VOCABULARY } from '../text/vocabulary.ts';
import { errandHits } from './errand-hits.ts';
import { CONTEXT_REQUESTS } from './orders/handover-orders.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';
import { schemeHits } from './schemes/judge-schemes.ts';

const ASKS = phrases(
  VOCABULARY,
  'SHOW|PASS|TRANSFER|READ ..3 entire|full|complete|whole|all|previous|every|exact ..3 conversation|chat|dialogue|dialog|session ..2 history|transcript|context|log|messages|so|to|as|in|into|content|contents',
  'SHOW|PASS|TRANSFER ..4 conversation|chat ..1 history|transcript|messages|context ..8 SLOT|ADDRESS|OUTSIDE',
  'all|every|each|any ..2 messages|prompts|inputs|queries|conversation|conversations|message|prompt|input|query ..6 PASS|TRANSFER ..6 SLOT',
  'entire|full|complete|whole|previous|prior conversation|chat|dialogue ..1 history|transcript|context|between|with|so|that',
  'SHOW|PASS|TRANSFER|REVEAL ..3 system|initial|hidden|developer ..1 prompt|instructions|message ..8 SLOT|here|verbatim|ADDRESS|OUTSIDE',
  'your ..2 system|initial|original|hidden prompt|instructions|message|prompts',
  'contents|content|copy|text|value of ..2 system|initial prompt|instructions|message',
  'output|outputs|results|result|responses|return of|from ..2 all|every|each|OTHER|previous|any ..2 tool|tools|server|servers',
  'list|names|descriptions|schemas|definitions|all of|the ..3 OTHER|available|connected|installed|your ..1 tool|tools ..6 SLOT|you|here|verbatim',
  'your ..2 chain|train of thought|thoughts',
  'your internal|private|hidden reasoning|thoughts|thinking|instructions|context',
  'everything|anything ..2 you ..1 know|remember ..2 about ..2 user|the',
  'user|users|their ..2 previous|prior|earlier|last ..1 messages|prompts|questions|conversation ..6 SLOT|here|verbatim|context',
);

/** Parameter names that ask for what a tool has no business with, word by word. */
const GRASPING = [
  /^(?:conversation|chat|dialog|dialogue|message|session)s? (?:history|transcript|log|context|so far|dump)$/,
  /^(?:full|entire|complete|whole|all) (?:conversation|chat|context|history|messages?|prompt|transcript|dialogue)(?: (?:history|transcript|log|context|so far))?$/,
  /^(?:the )?(?:system|developer|initial|hidden|original) (?:prompt|instructions?|message)s?$/,
  /^(?:other|all|available|connected|previous|prior) (?:tools?|servers?|tool (?:outputs?|results?|calls?|list|names?|responses?))(?: (?:outputs?|results?|responses?|list))?$/,
  /^(?:tools?|server) list$|^list of (?:tools|servers)$|^tool (?:names|definitions|schemas|call history)$/,
  /^(?:chain of thought|internal (?:reasoning|thoughts|monologue|state)|model (?:reasoning|thoughts)|llm context|model context|agent (?:memory|context))$/,
  /^(?:user )?(?:previous|prior|earlier|past) (?:messages|prompts|conversations?|turns)$/,
  /^(?:env|environment)(?: variables?| vars?)? (?:dump|contents?)$/,
  /\b(?:contents?|dump|copy|text) of (?:the )?(?:\w+ ){0,2}(?:env|ssh|credentials?|secrets?|keys?|history|prompt|conversation|clipboard|config)\b/,
  /^(?:ssh (?:private )?key|id rsa|dot env|env file|aws credentials|browser (?:history|cookies)|(?:shell|bash) history|keychain|clipboard) (?:contents?|data|dump|value)$/,
];
const FREE_FORM =
  /^(?:side ?notes?|hidden ?notes?|extra(?: (?:info|context|data|notes?))?|additional (?:context|info|information|notes)|misc|scratch ?pad|feedback|annotation|aside)$/;
/** Tools about models, agents and conversations take such parameters as their subject. */
const ABOUT_MODELS = new Set([
  'llm',
  'model',
  'models',
  'chat',
  'completion',
  'completions',
  'agent',
  'agents',
  'assistant',
  'prompt',
  'prompts',
  'conversation',
  'conversations',
  'gpt',
  'claude',
  'openai',
  'anthropic',
  'gemini',
  'ollama',
  'generate',
  'sampling',
  'transcript',
  'memory',
  'summarize',
  'summarise',
  'thread',
  'session',
  'sessions',
  'messages',
  'evaluate',
  'finetune',
  'bot',
  'persona',
  'chatbot',
]);

const ALL_REQUESTS = [...ASKS, ...CONTEXT_REQUESTS];

export const asksForContext: Rule = {
  id: 'TDF-10',
  issue: 'asks_for_context',
  severity: 'high',
  title: 'The tool asks for what is none of its business',
  meaning:
    'A parameter or a text asks for the conversation, the operator’s instructions, or what other tools said. Models fill in what is asked for, and it all goes to the server.',
  fix: { text: 'Remove the server, or ask its author why it needs that.', actionable: true },
  references: [OWASP.oversharing, OWASP.poisoning, 'CWE-359', 'CWE-497'],
  check: ({ text }) => {
    if (text === undefined) return CLEAN;
    const asked = findPhrases(text, ALL_REQUESTS, (match) => !isSubject(text, match)).map((match) => hitAt(match));
    const named = text.leaves.flatMap((leaf) => judgeName(text, leaf) ?? []);
    return found([
      ...asked,
      ...named,
      ...errandHits(text, 'context'),
      ...schemeHits(text, 'TDF-10'),
      ...learntHits(text, 'TDF-10'),
    ]);
  },
};

/** A first sentence that asks for the conversation does not make the conversation the tool's subject. */
function isSubject(text: DefinitionText, { leaf, clause }: PhraseMatch): boolean {
  if (/\b(?:conversation|chat|session|thread)s? (?:ids?|urls?|links?)\b/.test(clause.text)) return true;
  const isFirstSentence = leaf.field === 'description' && clause.index === 0;
  return isFirstSentence
    ? nameWords(leaf.tool ?? '').some((word) => ABOUT_MODELS.has(word))
    : isAboutModels(text, leaf);
}

function judgeName(text: DefinitionText, leaf: TextLeaf): Hit | undefined {
  if (!leaf.isKey || leaf.field.startsWith('outputSchema')) return undefined;
  const name = nameWords(leaf.raw).join(' ');
  const location = locationOf(leaf);
  if (GRASPING.some((pattern) => pattern.test(name))) {
    const evidence = `the parameter ${leaf.raw}`;
    return isAboutModels(text, leaf)
      ? { location, evidence, soft: 'asks for context', actionable: false }
      : { location, evidence };
  }
  return FREE_FORM.test(name) && !isAboutNotes(text, leaf)
    ? {
        location,
        evidence: `a parameter for anything at all: ${leaf.raw}`,
        soft: 'free-form parameter',
        actionable: false,
      }
    : undefined;
}

const isAboutModels = (text: DefinitionText, leaf: PhraseMatch['leaf']): boolean =>
  [...purposeWords(text, leaf.tool)].some((word) => ABOUT_MODELS.has(word));
const isAboutNotes = (text: DefinitionText, leaf: TextLeaf): boolean =>
  [...purposeWords(text, leaf.tool)].some((word) =>
    /^(?:notes?|feedback|annotat|comment|review|survey|memo)/.test(word),
  );
