import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromPointer, toPointer, valueAt } from './json-pointer.ts';
import { dialectOf } from './neutral.ts';
import { observeEntry } from './observe.ts';

const hash = (text: string) => `h(${text.length})`;
const observe = (entry: unknown) => observeEntry(entry, dialectOf('kilocode').read(entry, 's', {}).launch, hash);

describe('observeEntry', () => {
  it('notes every variable and header, and arguments that hold something', () => {
    const entry = {
      command: 'npx',
      args: [
        '-y',
        'server',
        '--token',
        'Zk3jL9qP0sWv',
        '--api-key=9f86d081884c7d65',
        '-e',
        'DB_PASSWORD=hunter2',
        '--dir',
        '/tmp',
      ],
      env: { DATABASE_URL: 'postgres://u:pw123456@h/db', LEVEL: 'debug', EMPTY: '', REF: '${REF}', PORT: 5432 },
    };
    const { entry: masked, launch, observations } = observe(entry);
    expect(Object.fromEntries(observations.map(({ pointer, kind }) => [pointer, kind]))).toEqual({
      '/args/3': 'high_entropy',
      '/args/4': 'high_entropy',
      '/args/6': 'secret',
      '/env/DATABASE_URL': 'dsn_password',
      '/env/LEVEL': 'plain',
      '/env/EMPTY': 'empty',
      '/env/REF': 'reference',
      '/env/PORT': 'plain',
    });
    expect(observations.find(({ pointer }) => pointer === '/env/EMPTY')).not.toHaveProperty('keyedHash');
    expect(launch.args).toEqual([
      '-y',
      'server',
      '--token',
      '••••',
      '--api-key=••••',
      '-e',
      'DB_PASSWORD=••••',
      '--dir',
      '/tmp',
    ]);
    expect(JSON.stringify([masked, launch])).not.toMatch(/hunter2|pw123456|Zk3jL9qP0sWv|9f86d081/);
  });

  it('leaves the entry it was given alone, and answers for any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (entry) => {
        const before = JSON.stringify(entry);
        const { observations, entry: masked } = observe(entry);
        expect(JSON.stringify(entry)).toBe(before);
        for (const { pointer } of observations) expect(valueAt(masked, fromPointer(pointer))).toBeDefined();
      }),
    );
  });

  it('does not follow a hostile depth', () => {
    let entry: unknown = 'x';
    for (let depth = 0; depth < 5000; depth++) entry = { entry };
    expect(() => observe(entry)).not.toThrow();
  });
});

describe('JSON pointers', () => {
  it('come back as the path they were made of', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (path) => {
        expect(fromPointer(toPointer(path))).toEqual(path);
      }),
    );
  });
  it('lead to own members only', () => {
    expect(valueAt({}, ['__proto__', 'polluted'])).toBeUndefined();
    expect(valueAt([1], ['length'])).toBe(1);
  });
});
