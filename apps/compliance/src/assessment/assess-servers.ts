import type { AssessmentResults, Finding, ServerResult } from '@mcp-coordinator/contract/findings.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { summariseFindings } from '@mcp-coordinator/core/findings/judge-findings';
import type { ComplianceState } from '../execution/compliance-state.ts';
import { identityOf } from '../execution/server-identity.ts';
import type { Knowledge } from '../knowledge/package-facts.ts';
import { packageReference } from '../launch/package-reference.ts';
import { unwrapCommand } from '../launch/unwrap-command.ts';
import { applyPolicy } from '../policies/apply-policy.ts';
import { APPROVAL_DAYS, type Policy } from '../policies/policy.ts';
import type { ProbeReport } from '../probe/probe-report.ts';
import type { Subject } from '../rules/rule.ts';
import { readDefinitions } from '../text/definition-text.ts';
import { judgeAbsentServer, judgeServer, resultOf, type ServerJudgement } from './assess-server.ts';
import { type Fleet, fleetMember, indexFleet } from './fleet.ts';

/** What an assessment is made of. */
export interface AssessmentInput {
  readonly servers: readonly AssessedServer[];
  readonly protectedPaths: readonly string[];
  readonly includeDetails: boolean;
  readonly state: ComplianceState;
  readonly now: Date;
  /** Severities, scopes and waivers other than the catalogue's. */
  readonly policy?: Policy | undefined;
  readonly knowledge?: Knowledge | undefined;
  /** By key. */
  readonly probes?: ReadonlyMap<string, ProbeReport> | undefined;
  /** False when commands were not looked up on the machine that the entries are for. */
  readonly commandsLookedUp?: boolean;
  /** False when the entries are of unknown clients. */
  readonly clientsKnown?: boolean;
}

/** Called after each server; a returned promise is awaited, which also lets other work of the process through. */
export type OnJudged = (done: number, total: number, key: string) => Promise<void> | void;

/** Judges all servers and sums up. Results stand under the servers' own keys. */
export async function assessServers(input: AssessmentInput, onJudged?: OnJudged): Promise<AssessmentResults> {
  const fleet = indexFleet(input.servers);
  const servers: [string, ServerResult][] = [];
  const counted: Finding[] = [];
  for (const [index, assessed] of input.servers.entries()) {
    const judgement = underPolicy(judge(assessed, fleet, input), assessed, input);
    counted.push(...judgement.findings);
    servers.push([assessed.key, resultOf(judgement, input.includeDetails)]);
    await onJudged?.(index + 1, input.servers.length, assessed.key);
  }
  return { summary: summariseFindings(counted), servers: Object.fromEntries(servers) };
}

function judge(assessed: AssessedServer, fleet: Fleet, input: AssessmentInput): ServerJudgement {
  const identity = identityOf(assessed);
  const waivers = input.state.waivers.filter(
    (waiver) => waiver.server === identity && Date.parse(waiver.until) > input.now.getTime(),
  );
  const subject = subjectOf(assessed, fleet, input);
  return subject === undefined ? judgeAbsentServer(assessed.key, waivers) : judgeServer(subject, waivers);
}

function underPolicy(
  judgement: ServerJudgement,
  { key, snapshot, installerId }: AssessedServer,
  input: AssessmentInput,
) {
  if (input.policy === undefined) return judgement;
  const subject = { server: snapshot?.name ?? key, client: snapshot?.client ?? '', installer: installerId ?? '' };
  return { ...judgement, findings: applyPolicy(input.policy, subject, judgement.findings, input.now) };
}

function subjectOf(assessed: AssessedServer, fleet: Fleet, input: AssessmentInput): Subject | undefined {
  const { key, snapshot, file, installerId, own, drift } = assessed;
  if (snapshot === null) return undefined;
  const invocation = unwrapCommand(snapshot.launch);
  const identity = identityOf(assessed);
  return {
    key,
    server: snapshot,
    file,
    text: snapshot.definitions.status === 'captured' ? readDefinitions(snapshot.definitions) : undefined,
    package: invocation === undefined ? undefined : packageReference(invocation),
    fleet,
    member: fleetMember(key, snapshot, installerId),
    protectedPaths: input.protectedPaths,
    own,
    drift,
    pin: input.state.pins.find((pin) => pin.server === identity),
    knowledge: input.knowledge,
    probe: input.probes?.get(key),
    context: assessed.context,
    inventory: input.policy?.inventory,
    approvals: { maxAgeDays: input.policy?.approvals.maxAgeDays ?? APPROVAL_DAYS },
    now: input.now,
    // An entry that stands in no file yet has a command that nobody looked up.
    commandLookedUp: (input.commandsLookedUp ?? true) && snapshot.pointer !== '',
    clientKnown: input.clientsKnown ?? true,
  };
}
