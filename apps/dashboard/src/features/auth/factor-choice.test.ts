import { describe, expect, it } from 'vitest';
import { factorGap, giveFactor, NO_FACTOR, ownerMethods, stepUpMethods } from './factor-choice.ts';

const since = '2026-01-01T00:00:00Z';
const passkey = { id: 'p', name: 'Laptop', createdAt: since, lastUsedAt: null, backedUp: false };
const nothing = { enrolled: false, totp: null, passkeys: [], recoveryCodesLeft: 0 };
const both = { enrolled: true, totp: { since }, passkeys: [passkey], recoveryCodesLeft: 3 };
const never = () => Promise.reject(new Error('not asked for'));

describe('what serves', () => {
  it.each([
    ['nothing enrolled', nothing, [], ['password']],
    ['both', both, ['passkey', 'totp'], ['passkey', 'totp', 'recovery_code']],
    ['an app without codes left', { ...both, passkeys: [], recoveryCodesLeft: 0 }, ['totp'], ['totp']],
  ])('%s', (_what, state, forStepUp, forOwner) => {
    expect(stepUpMethods(state)).toEqual(forStepUp);
    expect(ownerMethods(state)).toEqual(forOwner);
  });
});

describe('a choice', () => {
  it('lacks what must be typed, and nothing for a passkey', () => {
    expect(factorGap(['passkey', 'totp'], NO_FACTOR)).toBeUndefined();
    expect(factorGap(['totp'], { method: undefined, text: ' ' })).toMatch(/authenticator app/);
    expect(factorGap(['passkey', 'totp'], { method: 'totp', text: '123456' })).toBeUndefined();
    expect(factorGap([], NO_FACTOR)).toBeUndefined();
  });

  it('is sent as what it is', async () => {
    expect(await giveFactor(['totp'], { method: undefined, text: '1' }, never)).toEqual({ otp: '1' });
    expect(await giveFactor(['totp'], { method: 'recovery_code', text: 'A' }, never)).toEqual({ recoveryCode: 'A' });
    expect(await giveFactor(['password'], { method: undefined, text: 'p' }, never)).toEqual({ password: 'p' });
    expect(await giveFactor([], NO_FACTOR, never)).toEqual({});
  });
});
