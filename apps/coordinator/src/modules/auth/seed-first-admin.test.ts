import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type AuthFixture, openAuth, PASSWORD, warmUp } from './testing/open-auth.ts';

let on: AuthFixture;
beforeAll(async () => {
  on = await openAuth();
});
afterAll(() => on.database.close());
beforeEach(() => on.reset());

it('makes the first admin with the given password, once and for all', async () => {
  expect(await on.auth.seedFirstAdmin({ adminUsername: 'Root', adminPassword: PASSWORD })).toEqual({
    username: 'root',
  });
  const { caller } = await on.signIn('root');
  expect(caller.role).toBe('admin');
  expect((await on.records())[0]).toMatchObject({
    ...{ action: 'admin_seeded', actor: 'system', target: 'root', result: 'success', details: { generated: false } },
  });
  const before = await on.everything();
  expect(await on.auth.seedFirstAdmin({ adminUsername: 'root', adminPassword: 'another-kelp-forest' })).toBeUndefined();
  expect(await on.auth.seedFirstAdmin({ adminUsername: '!', adminPassword: 'weak' })).toBeUndefined();
  expect(await on.everything()).toBe(before);
});

it('makes up a password where none is given, and keeps only its hash', async () => {
  const seeded = await on.auth.seedFirstAdmin({ adminUsername: 'admin' });
  expect(seeded?.generatedPassword).toMatch(/^[\w-]{24}$/);
  expect(await on.everything()).not.toContain(seeded?.generatedPassword);
  expect((await on.signIn('admin', seeded?.generatedPassword)).caller.username).toBe('admin');
});

it.each([
  [{ adminUsername: 'admin', adminPassword: 'password1234' }, /^ADMIN_PASSWORD is among the commonest/],
  [{ adminUsername: 'admin', adminPassword: '' }, /^ADMIN_PASSWORD must have at least 12/],
  [{ adminUsername: 'system', adminPassword: PASSWORD }, /^ADMIN_USERNAME is reserved/],
  [{ adminUsername: 'a b', adminPassword: PASSWORD }, /^ADMIN_USERNAME must be 3–64/],
])('refuses to start with %o, naming the variable', async (config, message) => {
  const before = await on.everything();
  await expect(on.auth.seedFirstAdmin(config)).rejects.toThrow(message);
  expect(await on.everything()).toBe(before);
});

it('makes one admin of two starts at once, and one of them knows the password', async () => {
  const elsewhere = await on.database.openAgain();
  const other = on.instance(elsewhere);
  await warmUp(on.database, elsewhere);
  const seeded = await Promise.all([
    on.auth.seedFirstAdmin({ adminUsername: 'admin' }),
    other.seedFirstAdmin({ adminUsername: 'chief' }),
  ]);
  expect(seeded.filter((one) => one !== undefined)).toHaveLength(1);
  expect(await on.db.selectFrom('users').select('id').execute()).toHaveLength(1);
  const made = seeded.find((one) => one !== undefined);
  expect((await on.signIn(made?.username ?? '', made?.generatedPassword)).caller.role).toBe('admin');
  await elsewhere.close();
});
