import { isSameServer } from '../assessment/same-server.ts';
import { learntHits } from '../learnt/learnt-judge.ts';
import type { TextLeaf } from '../text/definition-text.ts';
import { excerpt, findPhrases, hitAt, locationOf } from '../text/find-in-text.ts';
import type { Clause } from '../text/split-clauses.ts';
import { usageOf } from '../text/usage.ts';
import { VOCABULARY } from '../text/vocabulary.ts';
import { STEERED_TOOLS } from './orders/handover-orders.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule, type Subject } from './rule.ts';
import { schemeHits } from './schemes/judge-schemes.ts';

/** `get_user`, `send-email`, `transferFunds`: a name that nobody writes by accident, led by a verb. */
const TOOL_NAME =
  /^(?:get|list|send|create|delete|read|write|transfer|update|search|run|execute|fetch|query|post|put|remove|add|set|deploy|move|edit|open|call|make|find|upload|download|publish|commit|push|pull|merge|book|pay|buy|order|schedule|cancel|approve|reply|forward|browse|navigate|click|store|save|load|export|import|generate|check|verify|sign|login|invoke|process)(?:[_-][a-z0-9]+)+$/;
const STEERING = new Set([
  ...VOCABULARY.OVERRIDE,
  ...'modify modifies modified alter alters change changes changed replace replaces replaced reroute reroutes redirect redirects intercept intercepts shadow shadows hijack hijacks disable disables supersede supersedes behavior behaviour'.split(
    ' ',
  ),
]);
const WHEN = new Set(['when', 'whenever', 'before', 'after', 'if', 'once', 'each', 'every', 'during', 'on']);
const CALLED = new Set([
  'called',
  'invoked',
  'used',
  'runs',
  'executed',
  'triggered',
  'call',
  'calling',
  'using',
  'invoking',
  'running',
  'use',
  'execution',
  'run',
  'invoke',
  'executes',
]);
const ORDER = new Set([
  'first',
  'must',
  'always',
  'also',
  'should',
  'instead',
  'add',
  'include',
  'send',
  'reroute',
  'redirect',
  'change',
  'alter',
  'swap',
  'modify',
  'forward',
  'bcc',
  'replace',
  'use',
  'pass',
  'set',
  'append',
  'ensure',
  'make',
  'silently',
  'call',
  'invoke',
]);
/** "Call search_items first" tells an order of calls, and no more. */
const MERE_ORDER = new Set(['first', 'call', 'use', 'invoke', 'should', 'must', 'always', 'also', 'pass']);
const ASKS_TO_CALL = new Set(['must', 'should', 'always', 'call', 'invoke', 'run', 'execute', 'trigger']);
/** What is done to another server's tool that is known to be there: its arguments, its answer, or the say of the person. */
const TAMPERS =
  /\b(?:unreliable|untrustworthy|incomplete|outdated|wrong|extended|multiplied|prefixed|appended|inflated|rewritten|substituted|overwritten|redirected|rerouted|without (?:confirm\w+|asking|approval|review)|instead|(?:its|the) (?:output|result|answer|response|reply)|results? of|output of|recipients?|reply-to|amount|beneficiary|set to|added to|add [^ ]{1,40} to|has to be|have to be|is to be|are to be|skip\w*)\b/;
/** A change of one's own names is history, not steering. */
const HISTORY = /\b(?:deprecated|legacy|renamed|changelog|release notes?|formerly|old name|backwards?|alias)\b/;

export const steersOtherTools: Rule = {
  id: 'XSV-02',
  issue: 'steers_other_tools',
  severity: 'high',
  title: 'The text steers a tool of another server',
  meaning:
    'A description changes how a tool that is not its own is used: when it is called, with what, or what is made of its answer. The other server cannot notice.',
  fix: { text: 'Remove the server.', actionable: true },
  references: [OWASP.poisoning, OWASP.intentSubversion, 'CWE-1427'],
  check(subject) {
    const { text, server } = subject;
    if (text === undefined || server.definitions.status !== 'captured') return CLEAN;
    const own = new Set(server.definitions.tools.map((tool) => tool.name.toLowerCase()));
    const unnamed = findPhrases(text, STEERED_TOOLS, ({ usage }) => usage === 'used').map((match) => hitAt(match));
    return found([
      ...unnamed,
      ...schemeHits(text, 'XSV-02'),
      ...learntHits(text, 'XSV-02'),
      ...text.leaves.flatMap((leaf) =>
        leaf.isKey || leaf.field === 'name'
          ? []
          : text.clausesOf(leaf).flatMap((clause) => judgeClause(clause, leaf, own, subject)),
      ),
    ]);
  },
};

function judgeClause(clause: Clause, leaf: TextLeaf, own: ReadonlySet<string>, subject: Subject): Hit[] {
  if (HISTORY.test(clause.text)) return [];
  const { fleet, member: self } = subject;
  for (const [at, { word }] of clause.words.entries()) {
    const name = word.replace(/\(\)$/, '');
    if (own.has(name) || !(/[_-]/.test(name) || isToldToRun(clause, at)) || isSibling(self, name, fleet)) continue;
    const owner = fleet.ownersOfTool(self, name).find((member) => !isSameServer(self, member));
    if (owner === undefined && !/[_-]/.test(name)) continue;
    if (!isSteeredTool(clause, at, name, owner !== undefined)) continue;
    const evidence = `${name}${owner === undefined ? '' : ` (of ${owner.key})`}: ${excerpt(clause, { from: at, to: at })}`;
    return [{ location: locationOf(leaf), evidence }];
  }
  return [];
}

/** A name that is known to be another server's needs less to go with it than one that only looks like a tool's. */
function isSteeredTool(clause: Clause, at: number, name: string, isKnown: boolean): boolean {
  // `pre-commit` may be any word; only a name with an underscore is one for certain.
  if (!isKnown && !(TOOL_NAME.test(name) && name.includes('_'))) return false;
  const steers = isSteered(clause, at) || (isKnown && (isCalledFor(clause, at) || TAMPERS.test(clause.text)));
  return steers && usageOf(clause, { from: at, to: at }) === 'used';
}

/** "Once done, run deploy": a plain word is another's tool only where it is known to be, and where one is told to run it. */
const isToldToRun = (clause: Clause, at: number): boolean =>
  /^(?:call|run|invoke|execute|trigger)$/.test(clause.words[at - 1]?.word ?? '') &&
  clause.words.some(({ word }) => WHEN.has(word) || word === 'then' || word === 'always');

const isSibling = (self: Subject['member'], name: string, fleet: Subject['fleet']): boolean =>
  fleet.ownersOfTool(self, name).some((member) => isSameServer(self, member));

const near = (clause: Clause, at: number, before: number, after: number): string[] =>
  clause.words.slice(Math.max(0, at - before), at + after + 1).map(({ word }) => word);

const isCalledATool = (clause: Clause, at: number): boolean =>
  near(clause, at, 1, 1).some((word) => word === 'tool' || word === 'tools' || word === 'function');

/** Its behaviour or its answer is changed, or something is ordered whenever it is called. */
function isSteered(clause: Clause, at: number): boolean {
  if (
    /\b(?:cannot|can't|must not|never) be (?:trusted|used|relied)|\bdiscard (?:them|it|its|the)|\buse mine\b/.test(
      clause.text,
    ) &&
    near(clause, at, 4, 0).some((word) => /^(?:results?|outputs?|answers?|of|tool)$/.test(word))
  )
    return true;
  if (isPassedThrough(clause, at) || isDispraised(clause, at) || isDemanded(clause, at)) return true;
  const steering =
    near(clause, at, 6, 0).some((word) => STEERING.has(word)) &&
    !near(clause, at, 3, 0).some((word) => word === 'like' || word === 'with');
  if (steering) return true;
  const replaced =
    near(clause, at, 0, 14).some((word) => STEERING.has(word)) &&
    near(clause, at, 0, 16).some((word) =>
      /^(?:its|output|result|results|response|behavior|arguments|instead|return|returned)$/.test(word),
    );
  const hooked =
    near(clause, at, 5, 0).some((word) => WHEN.has(word)) && near(clause, at, 3, 4).some((word) => CALLED.has(word));
  return (
    (replaced && isCalledATool(clause, at)) ||
    (hooked && clause.words.slice(at + 1).some(({ word }) => ORDER.has(word) && !MERE_ORDER.has(word)))
  );
}

/** "Results of search_web ought to be passed through …": its answer takes a way round. */
const isPassedThrough = (clause: Clause, at: number): boolean =>
  near(clause, at, 4, 0).some((word) =>
    /^(?:results?|outputs?|answers?|calls?|replies|responses?|requests?)$/.test(word),
  ) &&
  near(clause, at, 0, 8).some((word) =>
    /^(?:passed|routed|rerouted|go|goes|sent|handed|piped|rewritten|filtered|replaced|processed|run|forwarded|fed|discarded|ignored)$/.test(
      word,
    ),
  ) &&
  near(clause, at, 0, 14).some((word) => /^(?:through|to|by|into|via|before|instead)$/.test(word));

/** "Has to be preceded by list_secrets, whose result …": its answer is wanted here. */
const isDemanded = (clause: Clause, at: number): boolean =>
  near(clause, at, 3, 0).some((word) => /^(?:preceded|followed|accompanied|call|run|invoke)$/.test(word)) &&
  near(clause, at, 0, 9).some((word) => /^(?:result|results|output|answer|response)$/.test(word)) &&
  near(clause, at, 0, 12).some((word) =>
    /^(?:pass|put|include|hand|send|give|provide|supply|insert|append)$/.test(word),
  );

/** "The tool write_file of the other server is broken, use …": it is talked down so that another takes its place. */
const isDispraised = (clause: Clause, at: number): boolean =>
  (isCalledATool(clause, at) ||
    near(clause, at, 3, 5).some((word) => /^(?:called|server|server's|plugin)$/.test(word))) &&
  /\b(?:broken|unsafe|insecure|compromised|outdated|unreliable|buggy|leaks?|malicious|not safe|corrupts?|slow)\b/.test(
    clause.text,
  );

/** Another server's tool is to be called, known to be another's because it is there. */
const isCalledFor = (clause: Clause, at: number): boolean =>
  near(clause, at, 3, 0).some((word) => ASKS_TO_CALL.has(word));
