import { linkPath } from '@mcp-coordinator/contract/link-transport';
import { CHANNELS, CLOSE_UNAUTHENTICATED } from '@mcp-coordinator/contract/realtime.contract';
import type { RefusalCode } from '@mcp-coordinator/contract/refusals';
import { type RouteName, routes } from '@mcp-coordinator/contract/routes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../modules/realtime/testing/open-realtime.ts';
import type { Answer } from '../testing/harness.ts';
import { openLink } from '../testing/open-link.ts';
import { expectProblem } from '../testing/problems.ts';
import { OWNED, SUBJECT_OF } from './testing/matrix-calls.ts';
import { IDENTITIES, openMatrix, type Subject, type World } from './testing/matrix-world.ts';
import { CHANNEL_TABLE, LINK_TABLE, MAY, ROWS } from './testing/permission-table.ts';

const names = Object.keys(routes) as RouteName[];
const STATUS_CODES: Record<string, RefusalCode> = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found' };

function subjectsOf(name: RouteName): Subject[] {
  const kind = SUBJECT_OF[name];
  if (kind === undefined) return ['–'];
  if (kind === 'newServer') return ['own', 'other'];
  return OWNED.has(kind) ? ['own', 'other', 'none'] : ['any', 'none'];
}

const BOGUS = 'mcpk_0000000000000000000000000000000000000000000';

let world: World;
beforeAll(async () => {
  world = await openMatrix();
}, 120_000);
afterAll(() => world.app.close());

describe('the table', () => {
  it('has a row for every route of the contract, and for whatever the route is about', () => {
    const expected = names.flatMap((name) => subjectsOf(name).map((subject) => `${name} ${subject}`));
    expect(ROWS.map(({ name, subject }) => `${name} ${subject}`).sort()).toEqual(expected.sort());
    const about = names.filter((name) => routes[name].path.includes(':id'));
    expect(about.filter((name) => SUBJECT_OF[name] === undefined)).toEqual([]);
  });

  it('says something of everybody', () => {
    for (const { name, cells } of ROWS)
      expect(Object.values(cells).filter(Boolean), name).toHaveLength(IDENTITIES.length);
  });

  it('names every channel', () => {
    expect(Object.keys(CHANNEL_TABLE).sort()).toEqual([...CHANNELS].sort());
  });
});

function expectCell(answer: Answer, cell: string): void {
  if (/^2\d\d$/.test(cell)) expect(answer.status, JSON.stringify(answer.body)).toBe(Number(cell));
  else expectProblem(answer, STATUS_CODES[cell] ?? (cell as RefusalCode));
}
/** A problem without what names its subject or the request. */
const anonymised = ({ body }: Answer, id: string): string =>
  JSON.stringify({ ...body, requestId: '' }).replaceAll(id, '…');

describe.each(IDENTITIES)('%s', (identity) => {
  it('has the permissions of CONTRACT §2', async () => {
    const { status, body } = await world.asks[identity]('GET', '/auth/permissions');
    if (identity === 'anonymous') return expect(status).toBe(401);
    expect(body.role).toBe(identity);
    const mine = Object.keys(MAY).filter((permission) => MAY[permission]?.split(' ').includes(identity));
    expect([...body.permissions].sort()).toEqual(mine.sort());
  });

  it.each(ROWS)('$name, $subject', async ({ name, subject, cells }) => {
    const cell = cells[identity];
    const { answer, id } = await world.send(name, identity, subject, !['401', '403'].includes(cell));
    expectCell(answer, cell);
    if (subject !== 'other' || cell !== '404') return;
    // What one may not see and what is not there are one answer.
    const absent = await world.send(name, identity, 'none', true);
    expect(anonymised(answer, id)).toBe(anonymised(absent.answer, absent.id));
  });

  it.each(CHANNELS)('the channel %s', async (channel) => {
    const { app } = world;
    const client = new Client(`${app.base.replace('http', 'ws')}/ws`);
    client.socket.once('open', () => {
      client.send({ type: 'authenticate', token: identity === 'anonymous' ? BOGUS : world.tokens[identity] });
      client.send({ type: 'subscribe', channels: [channel] });
    });
    if (identity === 'anonymous') {
      expect(await client.closed).toBe(CLOSE_UNAUTHENTICATED);
      return expect(client.messages).toMatchObject([{ type: 'error', code: 'unauthenticated' }]);
    }
    await client.receive('authenticated');
    await client.settle();
    const allowed = CHANNEL_TABLE[channel].split(' ').includes(identity);
    const told = client.messages.filter(({ type }) => type === 'subscribed' || type === 'error');
    expect(told).toMatchObject(
      allowed ? [{ type: 'subscribed', channels: [channel] }] : [{ type: 'error', code: 'forbidden', channel }],
    );
    await client.close();
  });

  it.each(['own', 'other'] as const)('the link of a server, %s', async (subject) => {
    const { app } = world;
    const token =
      identity === 'machine' ? world.tokens.linked : identity === 'anonymous' ? BOGUS : world.tokens[identity];
    const path = linkPath(subject === 'own' ? world.linkedId : 'other-1');
    const link = await openLink(app, path, { authorization: `Bearer ${token}` });
    expect(link.refused ? String(link.refused.status) : 'opens').toBe(LINK_TABLE[subject][identity]);
    link.socket.terminate();
  });
});

describe('without a credential', () => {
  it.each(names.filter((name) => routes[name].access !== 'public'))('%s takes no forged one', async (name) => {
    const { method, path } = routes[name];
    expectProblem(await world.app.as(BOGUS)(method, path.replace(':id', '1')), 'unauthenticated');
  });

  it('two credentials at once are not one', async () => {
    const { app } = world;
    const more = { 'x-api-key': BOGUS, authorization: `Bearer ${app.adminToken}` };
    expect((await app.anyone('GET', '/users', undefined, more)).status).toBe(200);
    const turned = { 'x-api-key': app.adminToken, authorization: `Bearer ${BOGUS}` };
    expectProblem(await app.anyone('GET', '/users', undefined, turned), 'unauthenticated');
  });
});

it('a refusal leaves a record of who tried what, and changes nothing', async () => {
  const { app } = world;
  const viewer = await app.person('viewer');
  const before = await app.admin('GET', '/users?limit=200');
  expectProblem(
    await viewer.ask('POST', '/users', { username: 'mine', password: 'a good long password 1', role: 'admin' }),
    'forbidden',
  );
  expect((await app.admin('GET', '/users?limit=200')).body).toEqual(before.body);
  const { body } = await app.admin('GET', `/audit/logs?actor=${viewer.username}&result=denied`);
  expect(body.logs).toMatchObject([
    { action: 'access_denied', target: '/api/v1/users', details: { route: 'createUser', code: 'forbidden' } },
  ]);
  expect(JSON.stringify(body.logs)).not.toContain('a good long password');
});
