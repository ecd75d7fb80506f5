import type { ToolDefinition } from '@mcp-coordinator/contract/inventory.contract';
import { verbs, words } from '../text/inflect.ts';
import { nameWords } from '../text/name-words.ts';
import { normaliseText } from '../text/normalise-text.ts';
import { type Clause, splitClauses } from '../text/split-clauses.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

/** Verbs of names that promise to change nothing. */
const READS = verbs(
  'get list read search find show view describe fetch query check count inspect preview validate explain lookup browse compare summarize summarise calculate compute convert format translate parse measure estimate analyze analyse',
);
/** What such a tool would not be expected to do besides. */
const ACTS = verbs(
  'delete erase destroy wipe purge uninstall overwrite install execute run send upload post publish forward email transfer pay buy grant revoke kill terminate encrypt modify deploy',
  'sent ran paid bought',
);
/** Acts that go with reading: "runs a query", "sends a request". */
const HARMLESS_OBJECTS = words(
  'query queries request requests search searches sql analysis check checks test tests calculation simulation command-line report lookup scan sync batch model inference validation job result results response output answer progress notification api get head',
);
const BESIDES = words('also additionally then afterwards moreover furthermore besides and subsequently');

/** A parameter and the words of which a promise must hold one for it to be expected. */
interface Capability {
  readonly what: string;
  readonly parameter: RegExp;
  readonly promised: RegExp;
}

const CAPABILITIES: readonly Capability[] = [
  {
    what: 'takes a command',
    parameter:
      /^(?:(?:shell|os|bash|system|exec|post|pre|hidden|init) )?(?:command|cmd|commands|shell|exec|bash|powershell|payload|eval)$/,
    promised:
      /\b(?:runs?|running|exec\w*|commands?|shell|scripts?|code|terminals?|launch\w*|invok\w*|eval\w*|process\w*|cli|program\w*|operations?|actions?|subcommands?|kubectl|docker|git|ssh|starts?|servers?|dispatch\w*|payloads?|events?|json|messages?|publish\w*|sends?|redis|console|keyboard|keys?)\b/,
  },
  {
    what: 'takes a place to send to',
    parameter:
      /^(?:webhook(?: url)?|callback(?: url)?|exfil\w*(?: url)?|upload (?:to|url)|post to|send to|forward to|report (?:to|url)|collector(?: url)?|bcc|drop url|exfiltration url)$/,
    promised:
      /\b(?:sends?|sending|posts?|uploads?|webhooks?|callbacks?|notif\w+|e-?mails?|forwards?|deliver\w*|publish\w*|messages?|exports?|shares?|subscri\w+|hooks?|reports?|async\w*|jobs?|drafts?|replies|reply|invit\w+|events?|stream\w*|urls?|transcri\w+|generat\w+|deploy\w*)\b/,
  },
  {
    what: 'takes a secret',
    parameter:
      /^(?:user )?(?:password|passwd|private key|ssh key|ssh private key|aws secret access key|seed phrase|mnemonic|recovery phrase|secret key|credit card(?: number)?|card number|cvv|ssn|social security number|pin code|session cookie|cookies)$/,
    promised:
      /\b(?:passwords?|log ?ins?|logs? in|auth\w*|sign\w*|keys?|credentials?|secrets?|wallets?|pay\w*|cards?|accounts?|connect\w*|users?|decrypt\w*|encrypt\w*|ssh|vault\w*|certificat\w*|identit\w*|register\w*|database\w*|mail\w*|e-mails?|protect\w*|cookies?|session\w*|browser\w*|requests?|http|archives?|zip|pdf|wi-?fi|proxy|servers?|invoice\w*|tax\w*|bank\w*|crawl\w*|scrap\w*|pages?|urls?)\b/,
  },
];

export const brokenPromise: Rule = {
  id: 'TDF-12',
  issue: 'broken_promise',
  severity: 'medium',
  title: 'The tool promises one thing and asks for, or does, another',
  meaning:
    'Its name or its description say less than its parameters or its later sentences. People approve tools by what they promise.',
  fix: { text: 'Ask the author what the tool really does, and approve each call of it.', actionable: false },
  references: [OWASP.poisoning, OWASP.scope, 'CWE-451'],
  check({ server: { definitions } }) {
    if (definitions.status !== 'captured') return CLEAN;
    return found(definitions.tools.slice(0, 5000).flatMap((tool) => [...hiddenParameters(tool), ...hiddenActs(tool)]));
  },
};

/** Parameters for which nothing in name, title and description has prepared. */
function hiddenParameters({ name, title, description = '', inputSchema }: ToolDefinition): Hit[] {
  const promise = `${nameWords(name).join(' ')} ${normaliseText(`${title ?? ''} ${description.slice(0, 4000)}`)}`;
  if (description.trim().split(/\s+/).length < 2) return [];
  return parameterNames(inputSchema).flatMap((parameter): Hit[] => {
    const spoken = nameWords(parameter).join(' ');
    const kind = CAPABILITIES.find(
      (capability) => capability.parameter.test(spoken) && !capability.promised.test(promise),
    );
    if (kind === undefined) return [];
    const location = { tool: name, field: `inputSchema.properties.${parameter.slice(0, 80)}` };
    // Someone's key is worth more than a broken promise.
    const severity =
      /^(?:ssh )?private key|^aws secret|^ssh key|phrase$|^mnemonic|^secret key|^cvv$|session cookie/.test(spoken)
        ? { severity: 'high' as const }
        : {};
    return [
      { ...severity, location, evidence: `${kind.what} (${parameter}), and promises: ${description.slice(0, 160)}` },
    ];
  });
}

function parameterNames(schema: unknown): string[] {
  const properties = (schema as { properties?: unknown } | undefined)?.properties;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties).slice(0, 500) : [];
}

/** A name that reads, and a description that acts. */
function hiddenActs({ name, description = '' }: ToolDefinition): Hit[] {
  const named = nameWords(name);
  const reads = named.find((word) => READS.has(word));
  if (reads === undefined || named.some((word) => ACTS.has(word))) return [];
  const clauses = splitClauses(description.slice(0, 4000)).slice(0, 8);
  for (const clause of clauses) {
    const act = actOf(clause);
    if (act !== undefined)
      return [
        { location: { tool: name, field: 'description' }, evidence: `is called ${name}, and “${act}”: ${clause.text}` },
      ];
  }
  return [];
}

/** The verb in third person by which the clause tells what the tool does, or does besides. */
function actOf({ index, words: list }: Clause): string | undefined {
  for (const [at, { word }] of list.entries()) {
    if (!ACTS.has(word) || !word.endsWith('s')) continue;
    const before = list[at - 1]?.word;
    const leads = at === 0 && index === 0;
    const adds = before !== undefined && BESIDES.has(before) && at <= 12;
    const harmless = list.slice(at + 1, at + 6).some((next) => HARMLESS_OBJECTS.has(next.word));
    if ((leads || adds) && !harmless) return word;
  }
  return undefined;
}
