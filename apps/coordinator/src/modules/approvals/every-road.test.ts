import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { installAction, mint, propose } from '../../testing/change-road.ts';
import { databaseState } from '../../testing/database-state.ts';
import { openLink } from '../../testing/open-link.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { askRaw, expectProblem } from '../../testing/problems.ts';
import { expectOnlyRefused } from '../../testing/road-state.ts';

/** The proposer's own approval, by every way into the coordinator there is. */
let road: Road;
let proposalId: string;
let approvalToken: string;
beforeAll(async () => {
  road = await openRoad({ APPROVAL_SECOND_PERSON: 'true' });
});
afterAll(() => road.app.close());
beforeEach(async () => {
  proposalId = await road.proposal({ by: road.app.admin });
  approvalToken = await mint(road.app.admin, { proposalId });
});

const approval = () => ({ approvalId: randomUUID(), proposalId, decision: 'approved', reason: 'mine', approvalToken });
const stillPending = async () =>
  expect((await road.app.admin('GET', `/remediations/${proposalId}`)).body).toMatchObject({
    status: 'pending',
    votes: [],
    executionId: null,
  });

it('the road itself', async () => {
  await expectOnlyRefused(road.app, () => road.app.admin('POST', '/approvals', approval()), 'self_approval', {
    action: 'approval_refused',
    actor: 'admin',
    target: proposalId,
  });
});

it.each<[string, string, Record<string, string>?]>([
  ['POST', '/api/v1/approvals/'],
  ['POST', '//api/v1/approvals'],
  ['POST', '/api/v1//approvals'],
  ['POST', '/api/v1/Approvals'],
  ['POST', '/API/V1/approvals'],
  ['POST', '/api/v1/%61pprovals'],
  ['POST', '/api/v1/./approvals'],
  ['POST', '/api/v1/x/../approvals'],
  ['POST', '/api/v1/approvals;a=b'],
  ['POST', '/api/v2/approvals'],
  ['POST', '/approvals'],
  ['PUT', '/api/v1/approvals'],
  ['PATCH', '/api/v1/approvals'],
  ['GET', '/api/v1/approvals', { 'x-http-method-override': 'POST' }],
  ['PUT', '/api/v1/approvals', { 'x-http-method': 'POST', 'x-method-override': 'POST' }],
  ['POST', '/api/v1/healthz', { 'x-original-url': '/api/v1/approvals', 'x-rewrite-url': '/api/v1/approvals' }],
])('%s %s %j is the same road or none', async (method, path, headers = {}) => {
  const before = await databaseState(road.app);
  const answer = await askRaw(road.app, {
    ...{ method, path, body: JSON.stringify(approval()) },
    headers: { authorization: `Bearer ${road.app.adminToken}`, 'content-type': 'application/json', ...headers },
  });
  if (answer.status === 200) expect(answer.body.approvals, 'a list').toBeInstanceOf(Array);
  else expect([400, 403, 404]).toContain(answer.status);
  if (answer.status === 403) expectProblem(answer, 'self_approval');
  expect(await databaseState(road.app)).toEqual(before);
  await stillPending();
});

it.each([
  ['POST', (id: string) => `/remediations/${id}/approve`],
  ['POST', (id: string) => `/remediations/${id}/approvals`],
  ['POST', (id: string) => `/remediations/${id}`],
  ['PUT', (id: string) => `/remediations/${id}`],
  ['PATCH', (id: string) => `/remediations/${id}`],
  ['DELETE', (id: string) => `/remediations/${id}`],
] as const)('there is no other road: %s %s', async (method, pathOf) => {
  const before = await databaseState(road.app);
  expectProblem(await road.app.admin(method, pathOf(proposalId), { ...approval(), status: 'approved' }), 'not_found');
  expect(await databaseState(road.app)).toEqual(before);
  await stillPending();
});

it('no message on /ws decides anything', async () => {
  const socket = new WebSocket(`${road.app.base.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${road.app.adminToken}` },
  });
  await once(socket, 'open');
  const before = await databaseState(road.app);
  const messages = [
    { type: 'approve', ...approval() },
    { type: 'decide', body: approval() },
    { type: 'subscribe', channels: ['approvals'], ...approval() },
    { type: 'subscribe', channels: [{ ...approval() }] },
    { type: 'event', id: '1', channel: 'approvals', event: 'approval.granted', timestamp: 'now', data: approval() },
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'decideApproval', arguments: approval() } },
    [{ type: 'approve', ...approval() }],
  ];
  for (const message of messages) {
    socket.send(JSON.stringify(message));
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect([JSON.parse(String(data))].flat()).toMatchObject([{ type: 'error', code: 'invalid_request' }]);
  }
  expect(await databaseState(road.app)).toEqual(before);
  socket.close();
  await stillPending();
});

describe('a machine key', () => {
  it('decides nothing, mints nothing and starts nothing, though its owner might', async () => {
    const machine = road.app.as(road.installer.key);
    const actor = (await road.app.admin('GET', '/api-keys')).body.apiKeys.find(
      (one: { serverId: string }) => one.serverId === road.installer.serverId,
    ).name;
    // Refused before the body is read, so that the record names the road alone.
    const refused = (action: 'approval_refused' | 'approval_token_refused' | 'execution_refused', path: string) =>
      ({ action, actor: `key:${actor}`, target: `/api/v1${path}` }) as const;
    const decide = () => machine('POST', '/approvals', approval());
    await expectOnlyRefused(road.app, decide, 'forbidden', refused('approval_refused', '/approvals'));
    const take = () => machine('POST', '/auth/approval-token', { reason: 'r', proposalId });
    await expectOnlyRefused(road.app, take, 'forbidden', refused('approval_token_refused', '/auth/approval-token'));
    const start = () => machine('POST', '/remediations/execute', { proposalId, approvalToken });
    await expectOnlyRefused(road.app, start, 'forbidden', refused('execution_refused', '/remediations/execute'));
  });

  it('decides nothing by a request over its link', async () => {
    const { key } = await road.app.machineKey('installer', 'asks-back');
    const nonce = randomBytes(32).toString('base64url');
    const registered = {
      installerId: 'asks-back',
      version: '1.0.0',
      capabilities: Object.keys(INSTALLER_TOOLS),
      nonce,
    };
    expect((await road.app.as(key)('POST', '/servers/register', registered)).status).toBe(201);
    const { socket } = await openLink(road.app, 'asks-back', { authorization: `Bearer ${key}` });
    const before = await databaseState(road.app);
    const params = { name: 'decideApproval', arguments: approval() };
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 'mine', method: 'tools/call', params }));
    // Frames are read in their order: the pong says that the request was.
    const read = once(socket, 'pong');
    socket.ping();
    await read;
    const after = await databaseState(road.app);
    // The link itself comes and goes; that is no decision.
    for (const table of ['approvals', 'approval_tokens', 'remediations', 'executions', 'policies', 'users', 'jobs'])
      expect(after[table], table).toEqual(before[table]);
    socket.terminate();
    await stillPending();
  });
});

describe('the right to propose overrides nothing', () => {
  it('no field of a proposal decides it, names its id, or makes it somebody else’s', async () => {
    for (const more of [
      { status: 'approved' },
      { proposalId: 'remediation_mine' },
      { digest: `sha256:${'0'.repeat(64)}` },
      { proposedBy: road.approver.username },
      { votes: [{ username: road.approver.username, decision: 'approved' }] },
      { approvalToken },
      { policy: { version: 1, quorum: 0, secondPerson: false } },
    ]) {
      const before = await databaseState(road.app);
      const answer = await propose(road.user.ask, road.assessmentId, [installAction('memory')], more);
      expectProblem(answer, 'invalid_request');
      expect(await databaseState(road.app)).toEqual(before);
    }
  });

  it('nor does it replace what somebody else proposed, or what is decided', async () => {
    const answer = () =>
      propose(road.user.ask, road.assessmentId, [installAction('memory')], { supersedes: proposalId });
    const before = await databaseState(road.app);
    expectProblem(await answer(), 'forbidden');
    expect(await databaseState(road.app)).toEqual(before);
    await stillPending();
  });

  it('an id that is taken is a conflict, whoever asks', async () => {
    const body = { requestId: road.assessmentId, assessmentType: 'compliance', targetServers: [] };
    const ask = () => road.app.admin('POST', '/assessments', body);
    await expectOnlyRefused(road.app, ask, 'idempotency_conflict', {
      action: 'assessment_refused',
      actor: 'admin',
      target: road.assessmentId,
    });
  });

  it('an account that exists keeps its password and its role', async () => {
    const { username } = road.approver;
    const body = { username: username.toUpperCase(), password: 'another password of good length', role: 'admin' };
    await expectOnlyRefused(road.app, () => road.app.admin('POST', '/users', body), 'username_taken', {
      action: 'request_refused',
      actor: 'admin',
      target: '/api/v1/users',
    });
  });
});

describe('guessing', () => {
  /** All of an answer but what names the thing asked for. */
  const shape = (answer: { status: number; body: Record<string, unknown> }, id: string) => {
    const { requestId: _, ...body } = answer.body;
    return JSON.stringify({ status: answer.status, body }).replaceAll(id, 'ID');
  };

  it('a proposal that is there and one that is not look the same to who may not see it', async () => {
    const { key } = await road.app.machineKey('installer', 'curious');
    const viewer = await road.app.person('viewer');
    for (const ask of [road.app.as(key), viewer.ask, road.app.anyone]) {
      const there = shape(await ask('GET', `/remediations/${proposalId}`), proposalId);
      expect(shape(await ask('GET', '/remediations/remediation_none'), 'remediation_none')).toBe(there);
      const decide = (id: string) => ask('POST', '/approvals', { ...approval(), proposalId: id });
      expect(shape(await decide('remediation_none'), 'remediation_none')).toBe(
        shape(await decide(proposalId), proposalId),
      );
      const run = (id: string) => ask('POST', '/remediations/execute', { proposalId: id, approvalToken });
      expect(shape(await run('remediation_none'), 'remediation_none')).toBe(shape(await run(proposalId), proposalId));
    }
  });

  it('somebody else’s token and one that is not there look the same, and stay as they are', async () => {
    const { approvalTokens } = (await road.app.admin('GET', '/auth/approval-tokens')).body;
    const { id } = approvalTokens[0];
    const before = await databaseState(road.app);
    const theirs = await road.approver.ask('DELETE', `/auth/approval-tokens/${id}`);
    expectProblem(theirs, 'not_found');
    const none = await road.approver.ask('DELETE', '/auth/approval-tokens/token_none');
    expect(shape(none, 'token_none')).toBe(shape(theirs, id));
    expect(await databaseState(road.app)).toEqual(before);
  });

  it('a token is looked for by its hash: no part or spelling of it is one', async () => {
    const record = { action: 'approval_refused', actor: road.approver.username, target: proposalId } as const;
    const mine = await mint(road.approver.ask, { proposalId });
    for (const given of [
      mine.slice(0, -1),
      `${mine}A`,
      mine.toUpperCase(),
      ` ${mine}`,
      `${mine}\u200b`,
      '%',
      "' or '1'='1",
    ]) {
      const body = { ...approval(), approvalToken: given };
      const ask = () => road.approver.ask('POST', '/approvals', body);
      await expectOnlyRefused(road.app, ask, 'approval_token_unknown', record);
    }
  });
});
