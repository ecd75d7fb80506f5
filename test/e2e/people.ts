import { createClient } from '@mcp-coordinator/client/http';
import type { ApiRefusal, CallValue, Client } from '@mcp-coordinator/client/route-call';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { Role } from '@mcp-coordinator/contract/permissions';
import { expect, vi } from 'vitest';
import { ADMIN_PASSWORD } from './start-system.ts';

/** A person at the API. */
export interface Person {
  readonly username: string;
  readonly password: string;
  readonly token: string;
  readonly call: Client;
}
/** Every text that came back from the coordinator. */
export type Transcript = string[];

const recorded =
  (transcript: Transcript): typeof fetch =>
  async (...request) => {
    const response = await fetch(...request);
    transcript.push(await response.clone().text());
    return response;
  };

const anyone = (url: string): Client => createClient({ baseUrl: url, attemptsMax: 1 });

/** The value of a call that must have gone well. */
export function accepted<R extends { ok: true; value: unknown } | { ok: false; refusal: ApiRefusal }>(
  result: R,
): Extract<R, { ok: true }>['value'] {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  // The compiler does not narrow a type parameter by its discriminant.
  return (result as Extract<R, { ok: true }>).value;
}

/** The code of a call that must have been refused. */
export const refusedAs = (result: { ok: true } | { ok: false; refusal: ApiRefusal }): string =>
  result.ok ? 'accepted' : result.refusal.code;

export async function signIn(
  url: string,
  username = 'admin',
  password = ADMIN_PASSWORD,
  transcript: Transcript = [],
): Promise<Person> {
  const { token } = accepted(await anyone(url).login({ body: { username, password } }));
  const call = createClient({
    baseUrl: url,
    credential: { kind: 'bearer', token },
    fetch: recorded(transcript),
    // A fault must show, not be waited out.
    attemptsMax: 1,
  });
  return { username, password, token, call };
}

export async function addPerson(admin: Person, url: string, role: Role, transcript?: Transcript): Promise<Person> {
  const [username, password] = [`the-${role}`, `${role} has a long password 7`];
  accepted(await admin.call.createUser({ body: { username, password, role } }));
  return signIn(url, username, password, transcript);
}

/** Asks again until the answer is as it should be, on a slow machine too. */
export const eventually = <T>(ask: () => Promise<T>, withinMs = 90_000): Promise<T> =>
  vi.waitFor(ask, { timeout: withinMs, interval: 100 });

export const allHealthy = ({ call }: Person) =>
  eventually(async () => {
    const { servers } = accepted(await call.listServers());
    expect(servers.map(({ id, status }) => `${id} ${status}`).sort()).toEqual([
      'compliance-server healthy',
      'generic-mcp-installer healthy',
    ]);
  });

export async function assess(person: Person, requestId: string, targetServers: string[]) {
  accepted(
    await person.call.requestAssessment({
      body: {
        requestId,
        assessmentType: 'compliance',
        options: { includeDetails: true, generateReport: true, autoApprove: false },
        targetServers,
      },
    }),
  );
  return eventually(async () => {
    const assessment = accepted(await person.call.showAssessment({ params: { id: requestId } }));
    expect(assessment.status, `${assessment.reason}`).toBe('completed');
    return assessment;
  });
}

export async function propose(person: Person, proposedActions: Action[], more: { assessmentId?: string } = {}) {
  const body = { priority: 'high' as const, issues: [], autoApprove: false, proposedActions, ...more };
  return accepted(await person.call.proposeRemediation({ body })).proposalId;
}

/** Approves with a token of one's own; answers what runs it. */
export async function approve(person: Person, proposalId: string) {
  const { approvalToken } = accepted(await person.call.mintApprovalToken({ body: { reason: 'It was reviewed' } }));
  const decided = accepted(
    await person.call.decideApproval({
      body: {
        approvalId: `approval-${proposalId}`,
        proposalId,
        decision: 'approved',
        reason: 'It does what it should',
        approvalToken,
      },
    }),
  );
  if (decided.executionId === null) throw new Error('the quorum is not met');
  return { approvalToken, executionId: decided.executionId };
}

export type Execution = CallValue<'showExecution'>;
const OVER = ['completed', 'failed', 'cancelled', 'rolled_back'];

export const untilOver = (person: Person, executionId: string, withinMs?: number): Promise<Execution> =>
  eventually(async () => {
    const execution = accepted(await person.call.showExecution({ params: { id: executionId } }));
    expect(OVER).toContain(execution.status);
    return execution;
  }, withinMs);

export const run = (person: Person, proposalId: string, approvalToken: string, rollbackOnFailure = true) =>
  person.call.executeRemediation({
    body: { proposalId, approvalToken, dryRun: false, rollbackOnFailure, parallelExecution: false },
  });
