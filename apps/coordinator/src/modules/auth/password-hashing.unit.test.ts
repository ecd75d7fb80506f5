import { accept, type Result } from '@mcp-coordinator/core/result';
import { describe, expect, it } from 'vitest';
import { createPasswordHashing } from './password-hashing.ts';

const passwords = createPasswordHashing(4);

describe('matches', () => {
  it('takes the password, in whatever Unicode form, and no other', async () => {
    const hash = await passwords.hash('caf\u00e9-au-lait-2');
    expect(hash).toMatch(/^\$2b\$04\$/);
    expect(await passwords.matches('cafe\u0301-au-lait-2', hash)).toBe(true);
    expect(await passwords.matches('cafe-au-lait-2', hash)).toBe(false);
    expect(await passwords.matches('', hash)).toBe(false);
  });

  it('does not take a longer password for one of 72 bytes, which bcrypt would', async () => {
    const longest = 'z9'.repeat(36);
    const hash = await passwords.hash(longest);
    expect(await passwords.matches(longest, hash)).toBe(true);
    expect(await passwords.matches(`${longest}x`, hash)).toBe(false);
    expect(await passwords.matches(`${longest}x`, await passwords.hash('unusable'))).toBe(false);
  });

  it('takes nothing where there is no account', async () => {
    expect(await passwords.matches('unusable', undefined)).toBe(false);
    expect(await passwords.matches('x'.repeat(1024), undefined)).toBe(false);
  });

  it('uses cost 12 unless told otherwise', async () => {
    expect(await createPasswordHashing().hash('kelp-forest-umbrella')).toMatch(/^\$2b\$12\$/);
  });
});

describe('inTurn', () => {
  it('runs two at once in the order of arrival, and sends away whoever finds 64 waiting', async () => {
    const lane = createPasswordHashing(4);
    const gates = Array.from({ length: 66 }, () => Promise.withResolvers<void>());
    const started: number[] = [];
    const all = gates.map((gate, index) =>
      lane.inTurn<number, never>(async () => {
        started.push(index);
        await gate.promise;
        return accept(index);
      }),
    );
    const late: Result<number, unknown> = await lane.inTurn<number, never>(() => Promise.resolve(accept(-1)));
    expect(late).toMatchObject({ ok: false, refusal: { code: 'rate_limited', retryAfterSeconds: 5 } });
    expect(started).toEqual([0, 1]);
    gates[1]?.resolve();
    await all[1];
    await Promise.resolve();
    const another = lane.inTurn<number, never>(() => Promise.resolve(accept(started.push(66))));
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);
    for (const gate of gates) gate.resolve();
    expect((await Promise.all(all)).every((result) => result.ok)).toBe(true);
    expect((await another).ok).toBe(true);
    expect(started).toEqual([...started.keys()]);
  });

  it('goes on after a failure', async () => {
    const lane = createPasswordHashing(4);
    for (let n = 0; n < 3; n += 1) {
      await expect(lane.inTurn(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    }
    expect(await lane.inTurn<number, never>(() => Promise.resolve(accept(1)))).toEqual(accept(1));
  });
});
