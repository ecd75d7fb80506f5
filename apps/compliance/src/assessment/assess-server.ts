import type { Finding, ServerResult } from '@mcp-coordinator/contract/findings.contract';
import { issuesOfFindings, statusOfFindings, worstFirst } from '@mcp-coordinator/core/findings/judge-findings';
import type { Waiver } from '../execution/compliance-state.ts';
import { entryPointer } from '../launch/entry-pointer.ts';
import { ABSENT_SERVER } from '../rules/cfg-13-missing-config.ts';
import { type Hit, type Judgement, type Rule, type Subject, undetermined } from '../rules/rule.ts';
import { RULES } from '../rules/rule-table.ts';
import { makeFinding } from './make-finding.ts';
import { type RuleHit, weighSoftSignals } from './weigh-soft-signals.ts';

/** More places of one rule on one server are counted, not listed: the reader has understood. */
const FINDINGS_PER_RULE_MAX = 25;

/** Everything found on one server, waivers applied, and what could not be determined. */
export interface ServerJudgement {
  readonly findings: readonly Finding[];
  readonly unknowns: NonNullable<ServerResult['unknowns']>;
}

/** Judges one server by every rule. */
export function judgeServer(
  subject: Subject,
  waivers: readonly Waiver[],
  rules: readonly Rule[] = RULES,
): ServerJudgement {
  const hits: RuleHit[] = [];
  const unknowns: { rule: string; reason: string }[] = [];
  for (const rule of rules) {
    const judgement = guardedCheck(rule, subject);
    hits.push(...limited(rule, judgement.hits));
    unknowns.push(...judgement.unknowns.map((reason) => ({ rule: rule.id, reason })));
  }
  if (subject.text === undefined) unknowns.push({ rule: 'TDF-*', reason: whyNoText(subject) });
  const findings = weighSoftSignals(hits).map(({ rule, hit }) => makeFinding(rule, subject.key, located(hit, subject)));
  return { findings: applyWaivers(distinct(findings), waivers), unknowns };
}

/** A rule that fails stops nobody else: what it would have found is told to be unknown, with the reason. */
function guardedCheck(rule: Rule, subject: Subject): Judgement {
  try {
    return rule.check(subject);
  } catch (error) {
    return undetermined(`the rule failed: ${error instanceof Error ? error.message.slice(0, 200) : 'no reason given'}`);
  }
}

/** The judgement of a server that no installer knows. */
export const judgeAbsentServer = (key: string, waivers: readonly Waiver[]): ServerJudgement => ({
  findings: applyWaivers([makeFinding(ABSENT_SERVER.rule, key, ABSENT_SERVER.hit)], waivers),
  unknowns: [],
});

export function resultOf({ findings, unknowns }: ServerJudgement, includeDetails: boolean): ServerResult {
  return {
    status: statusOfFindings(findings),
    issues: issuesOfFindings(findings),
    ...(includeDetails ? { findings: worstFirst(findings) } : {}),
    ...(unknowns.length > 0 ? { unknowns: [...unknowns] } : {}),
  };
}

/** Rules point into the launch or the entry; a reader looks into the file. */
function located(hit: Hit, { server }: Subject): Hit {
  const { pointer } = hit.location;
  return pointer === undefined
    ? hit
    : { ...hit, location: { ...hit.location, pointer: entryPointer(server, pointer) } };
}

function limited(rule: Rule, hits: readonly Hit[]): RuleHit[] {
  const listed = hits.slice(0, FINDINGS_PER_RULE_MAX).map((hit) => ({ rule, hit }));
  const more = hits.length - listed.length;
  if (more > 0) listed.push({ rule, hit: { location: {}, evidence: `${more} more places like these` } });
  return listed;
}

function whyNoText({ server }: Subject): string {
  const { definitions } = server;
  if (definitions.status === 'captured') return 'its definitions could not be read';
  return `its tool definitions are not known: ${definitions.reason}`;
}

/** A rule may meet the same words twice, as a plain and as a soft sign: one finding an id, the gravest. */
function distinct(findings: readonly Finding[]): Finding[] {
  const byId = new Map<string, Finding>();
  for (const finding of worstFirst(findings)) if (!byId.has(finding.id)) byId.set(finding.id, finding);
  return [...byId.values()];
}

function applyWaivers(findings: readonly Finding[], waivers: readonly Waiver[]): Finding[] {
  return findings.map((finding) => {
    const waiver = waivers.find(({ rule }) => rule === finding.rule);
    return waiver === undefined ? finding : { ...finding, waived: { reason: waiver.reason, until: waiver.until } };
  });
}
