import { USER_AGENT_LENGTH_MAX } from '@mcp-coordinator/contract/sessions.contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Person } from '../../http/caller.ts';
import { type AuthFixture, callOf, openAuth, PASSWORD } from './testing/open-auth.ts';

let on: AuthFixture;
beforeAll(async () => {
  on = await openAuth();
});
afterAll(() => on.database.close());
beforeEach(async () => {
  await on.reset();
  await on.addUser('ada', 'admin');
  await on.addUser('eve', 'viewer');
});

const handlers = () => on.auth.handlers;
async function sessionsOf(caller: Person) {
  const answer = await handlers().listSessions(callOf(caller));
  if ('refusal' in answer) throw new Error(answer.refusal.detail);
  return answer.body.sessions;
}
const endOne = (caller: Person, id: string) => handlers().endSession(callOf(caller, { params: { id } }));
const actions = async () => (await on.records()).map(({ action }) => action);

it('one sees one’s own open sessions, where they came from, and which of them asks', async () => {
  const first = await on.signIn('ada');
  on.advance(60);
  await on.login('ada', PASSWORD, { address: '198.51.100.7', userAgent: `Browser ${'🦀'.repeat(300)}` });
  await on.signIn('eve');
  const sessions = await sessionsOf(first.caller);
  expect(sessions).toMatchObject([
    { current: false, address: '198.51.100.7' },
    { id: first.caller.sessionId, current: true, address: '192.0.2.1', userAgent: 'test' },
  ]);
  expect(Array.from(sessions[0]?.userAgent ?? '')).toHaveLength(USER_AGENT_LENGTH_MAX);
  on.advance(1800);
  expect(await sessionsOf(first.caller), 'idle too long').toEqual([]);
});

it('a session that takes the place of another keeps where it came from', async () => {
  const { caller } = await on.signIn('ada');
  const body = { currentPassword: PASSWORD, newPassword: 'another-kelp-forest' };
  const changed = await handlers().changePassword({
    ...callOf(caller, { body }),
    address: '203.0.113.9',
    userAgent: '?',
  });
  expect(changed).toMatchObject({ status: 200 });
  expect(await sessionsOf(caller)).toMatchObject([{ address: '192.0.2.1', userAgent: 'test' }]);
});

it('one ends one of one’s own sessions, with every token of it, and no other', async () => {
  const [mine, other, eves] = [await on.signIn('ada'), await on.signIn('ada'), await on.signIn('eve')];
  expect(await endOne(mine.caller, other.caller.sessionId)).toMatchObject({ status: 200, body: { ended: 1 } });
  expect(await on.whoIs(other.token)).toBe('session_expired');
  expect([await on.whoIs(mine.token), await on.whoIs(eves.token)]).toEqual(['ada', 'eve']);
  expect((await on.records()).at(-1)).toMatchObject({
    ...{ action: 'session_ended', actor: 'ada', target: 'ada' },
    details: { reason: 'ended_by_owner', sessionsEnded: 1 },
  });
});

it('somebody else’s session, one that has ended and one that never was are the same: not there, and nothing is written', async () => {
  const [mine, other, eves] = [await on.signIn('ada'), await on.signIn('ada'), await on.signIn('eve')];
  await endOne(mine.caller, other.caller.sessionId);
  const before = await on.everything();
  for (const id of [eves.caller.sessionId, other.caller.sessionId, 'sess_of_nobody']) {
    expect(await endOne(mine.caller, id)).toMatchObject({ refusal: { code: 'not_found' } });
  }
  expect(await on.everything()).toBe(before);
});

it('one signs out everywhere else', async () => {
  const [mine, other, eves] = [await on.signIn('ada'), await on.signIn('ada'), await on.signIn('eve')];
  await on.signIn('ada');
  expect(await handlers().endOtherSessions(callOf(mine.caller))).toMatchObject({ body: { ended: 2 } });
  expect(await on.whoIs(other.token)).toBe('session_expired');
  expect([await on.whoIs(mine.token), await on.whoIs(eves.token)]).toEqual(['ada', 'eve']);
  expect(await handlers().endOtherSessions(callOf(mine.caller))).toMatchObject({ body: { ended: 0 } });
  expect((await actions()).filter((action) => action === 'session_ended')).toHaveLength(1);
});

it('an admin signs somebody out everywhere', async () => {
  const [mine, eves] = [await on.signIn('ada'), await on.signIn('eve')];
  const id = eves.caller.userId;
  expect(await handlers().endUserSessions(callOf(mine.caller, { params: { id } }))).toMatchObject({
    body: { ended: 1 },
  });
  expect(await on.whoIs(eves.token)).toBe('session_expired');
  expect((await on.records()).at(-1)).toMatchObject({
    ...{ action: 'session_ended', actor: 'ada', target: 'eve' },
    details: { reason: 'ended_by_admin', sessionsEnded: 1 },
  });
  const nobody = await handlers().endUserSessions(callOf(mine.caller, { params: { id: 999_999 } }));
  expect(nobody).toMatchObject({ refusal: { code: 'not_found' } });
});
