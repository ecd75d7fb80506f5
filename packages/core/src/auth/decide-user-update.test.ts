import { describe, expect, it } from 'vitest';
import { decideUserUpdate } from './decide-user-update.ts';

const admin = { username: 'ada', role: 'admin', disabled: false } as const;
const viewer = { username: 'vera', role: 'viewer', disabled: false } as const;

describe('decideUserUpdate', () => {
  it.each([{ role: 'viewer' }, { disabled: true }, { role: 'user', disabled: true }] as const)(
    'refuses to lose the last active admin: %o',
    (wish) => {
      const decided = decideUserUpdate(admin, { ...wish, password: false }, 0);
      expect(decided).toMatchObject({ ok: false, refusal: { code: 'last_admin' } });
      expect(decideUserUpdate(admin, { ...wish, password: false }, 1).ok).toBe(true);
    },
  );

  it('lets the last admin change a password, and a disabled admin be demoted', () => {
    expect(decideUserUpdate(admin, { password: true }, 0)).toMatchObject({
      ok: true,
      value: { changed: ['password'] },
    });
    expect(decideUserUpdate({ ...admin, disabled: true }, { role: 'user', password: false }, 0).ok).toBe(true);
  });

  it.each([
    [{ role: 'user', password: false }, ['role'], 'role_changed'],
    [{ disabled: true, password: false }, ['disabled'], 'user_disabled'],
    [{ disabled: true, role: 'user', password: true }, ['role', 'disabled', 'password'], 'user_disabled'],
    [{ password: true }, ['password'], 'password_changed'],
    [{ role: 'viewer', disabled: false, password: false }, [], null],
  ] as const)('%o changes %o and ends sessions as %s', (wish, changed, endsSessions) => {
    expect(decideUserUpdate(viewer, wish, 1)).toMatchObject({ ok: true, value: { changed, endsSessions } });
  });

  it('ends nothing when an account is enabled again', () => {
    const decided = decideUserUpdate({ ...viewer, disabled: true }, { disabled: false, password: false }, 1);
    expect(decided).toMatchObject({ ok: true, value: { disabled: false, changed: ['disabled'], endsSessions: null } });
  });
});
