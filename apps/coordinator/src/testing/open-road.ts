import { expect } from 'vitest';
import { approve, assess, installAction, mint, propose } from './change-road.ts';
import { type Ask, startTestApp, type TestApp } from './harness.ts';
import type { ScriptedAgent } from './scripted-agent.ts';
import { type ScriptedInstaller, scriptedCompliance, scriptedInstaller } from './scripted-servers.ts';

type Person = Awaited<ReturnType<TestApp['person']>>;

export interface Road {
  readonly app: TestApp;
  readonly installer: ScriptedInstaller;
  readonly compliance: ScriptedAgent;
  readonly user: Person;
  readonly approver: Person;
  /** A completed assessment that proposals of this road are built on. */
  readonly assessmentId: string;
  /** An undecided proposal; of `user` where nobody else is named. */
  proposal(given?: { actions?: readonly object[]; more?: object; by?: Ask }): Promise<string>;
  /** A proposal that `approver` approved, with the token that did it. */
  approved(
    actions?: readonly object[],
    more?: object,
  ): Promise<{ proposalId: string; token: string; executionId: string }>;
}

/** A coordinator with an installer, a compliance server, somebody who proposes and somebody who approves. */
export async function openRoad(environment: Record<string, string> = {}): Promise<Road> {
  const app = await startTestApp(environment);
  const installer = await scriptedInstaller(app, ['filesystem', 'postgres']);
  const compliance = await scriptedCompliance(app);
  const user = await app.person('user');
  const approver = await app.person('approver');
  const assessmentId = (await assess(app, user.ask, ['filesystem', 'postgres'])).body.assessmentId as string;

  const proposal: Road['proposal'] = async ({ actions = [installAction('memory')], more = {}, by = user.ask } = {}) => {
    const { status, body } = await propose(by, assessmentId, actions, more);
    expect(status, JSON.stringify(body)).toBe(201);
    return body.proposalId as string;
  };
  const approved: Road['approved'] = async (actions, more) => {
    const proposalId = await proposal({ ...(actions ? { actions } : {}), ...(more ? { more } : {}) });
    const token = await mint(approver.ask);
    const { status, body } = await approve(approver.ask, proposalId, token);
    expect(status, JSON.stringify(body)).toBe(200);
    return { proposalId, token, executionId: body.executionId as string };
  };
  return { app, installer, compliance, user, approver, assessmentId, proposal, approved };
}
