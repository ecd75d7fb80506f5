import { accept } from '@mcp-coordinator/core/result';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { randomId } from '../../../runtime.ts';
import { QUIET_AUDIT } from '../../../testing/quiet-audit.ts';
import { createAuditModule } from '../../audit/audit.module.ts';
import { createPublishEvent } from '../../realtime/realtime.module.ts';
import { createAuthModule } from '../auth.module.ts';
import { type AuthFixture, openAuth, PUBLIC_URL } from '../testing/open-auth.ts';
import type { MfaRequired } from './enrolment.ts';

let on: AuthFixture;
beforeAll(async () => {
  on = await openAuth();
});
afterAll(() => on.database.close());
beforeEach(async () => {
  await on.reset();
  await on.addUser('ada', 'approver');
});

/** The module with a policy of the test's. */
function under(mfaRequired: MfaRequired) {
  const log = pino({ level: 'silent' });
  const common = { db: on.db, clock: on.clock, newId: randomId, keys: on.keys, log };
  const listen = () => Promise.resolve(() => Promise.resolve());
  const publishEvent = createPublishEvent({ clock: on.clock });
  const { recordAudit } = createAuditModule({ ...common, ...QUIET_AUDIT, publishEvent, origin: 'test' });
  const publicUrl = new URL(PUBLIC_URL);
  const digestOf = () => Promise.resolve(null);
  return createAuthModule({ ...common, listen, publishEvent, recordAudit, publicUrl, digestOf, mfaRequired });
}

it.each([
  ['always', () => true, 'mfa_required'],
  ['for another purpose', (_who: unknown, purpose: string) => purpose === 'manage_users', 'ran'],
  ['for another role', ({ person }: Parameters<MfaRequired>[0]) => person.role === 'admin', 'ran'],
] as const)('a policy that asks for a second factor %s', async (_what, policy, outcome) => {
  const { caller } = await on.signIn('ada');
  const request = { person: caller, given: {}, subject: null, address: '192.0.2.1', requestId: 'req-3' };
  const before = (await on.records()).length;
  const done = await under(policy).stepUp('approve', request, () => Promise.resolve(accept('ran')));
  expect(done.ok ? done.value : done.refusal.code).toBe(outcome);
  const records = (await on.records()).slice(before);
  expect(records).toMatchObject(
    outcome === 'ran'
      ? []
      : [{ action: 'second_factor_requested', details: { during: 'approve' }, requestId: 'req-3' }],
  );
});
