import { describe, expect, it } from 'vitest';
import { readLock } from './npm-lock.ts';
import { packageCall } from './package-call.ts';

const SRI = `sha512-${'A'.repeat(86)}==`;
const lockOf = (own: object, others: Record<string, object> = {}) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: SRI, bin: 'x.js', ...own }, ...others },
  });
const read = (text: string, bin: string | null = null) => readLock(text, 'a', '1.0.0', bin);
const reason = (text: string, bin: string | null = null) => {
  const lock = read(text, bin);
  return lock.ok ? 'accepted' : lock.refusal;
};

describe('a lock', () => {
  it('has the same digest whatever npm says besides', () => {
    const one = read(lockOf({ license: 'MIT', resolved: 'https://one/' }));
    const other = read(lockOf({ resolved: 'https://other/' }));
    expect(one.ok && other.ok && one.value.digest === other.value.digest).toBe(true);
    const newer = read(lockOf({}, { 'node_modules/b': { version: '1.0.0', integrity: SRI } }));
    expect(one.ok && newer.ok && one.value.digest !== newer.value.digest).toBe(true);
  });

  it.each([
    [{ bin: { one: 'x.js' } }, null, 'node_modules/a/x.js'],
    [{ bin: { one: './dist/x.mjs', two: './dist/x.mjs' } }, null, 'node_modules/a/dist/x.mjs'],
    [{ bin: { a: 'a.js', b: 'b.js' } }, null, 'node_modules/a/a.js'],
    [{ bin: { a: 'a.js', b: 'bin/b' } }, 'b', 'node_modules/a/bin/b'],
  ])('%j starts, as %j, %s', (own, bin, program) => {
    expect(read(lockOf(own), bin)).toMatchObject({ ok: true, value: { program } });
  });

  it.each<[string, string, RegExp, string | null]>([
    ['nonsense', 'x', /not understood/, null],
    ['of an old npm', JSON.stringify({ lockfileVersion: 1, dependencies: {} }), /not understood/, null],
    ['without a checksum', lockOf({ integrity: undefined }), /without a checksum/, null],
    ['with a weak checksum', lockOf({ integrity: 'sha1-AAAA' }), /without a checksum/, null],
    ['with a link', lockOf({}, { 'node_modules/b': { link: true, integrity: SRI } }), /b comes from outside/, null],
    ['of another version', lockOf({ version: '2.0.0' }), /another version/, null],
    ['with several programs', lockOf({ bin: { x: 'x.js', y: 'y.js' } }), /which program/, null],
    ['with a name out of nowhere', lockOf({ bin: { x: 'x.js' } }), /no program constructor/, 'constructor'],
    ['with a program outside', lockOf({ bin: '../../../etc/x.js' }), /no program for Node/, null],
    ['with a program of another kind', lockOf({ bin: 'run.sh' }), /no program for Node/, null],
  ])('%s is refused', (_what, text, why, bin) => expect(reason(text, bin)).toMatch(why));
});

describe('a command line', () => {
  it.each([
    ['npx -y a@1.0.0 --root /x', { name: 'a', version: '1.0.0', bin: null, args: ['--root', '/x'] }],
    ['npx a', { name: 'a', version: '', bin: null, args: [] }],
    ['cmd /c npx -y @s/a@1.0.0 x', { name: '@s/a', version: '1.0.0', bin: null, args: ['x'] }],
    ['npx -y --package=a@1.0.0 b -v', { name: 'a', version: '1.0.0', bin: 'b', args: ['-v'] }],
    ['npx -y -p a@1.0.0 -- b', { name: 'a', version: '1.0.0', bin: 'b', args: [] }],
    ['npm exec -- a@1.0.0', { name: 'a', version: '1.0.0', bin: null, args: [] }],
    ['pnpm dlx a@1.0.0', { name: 'a', version: '1.0.0', bin: null, args: [] }],
  ])('%s is taken apart', (line, expected) => {
    const [command = '', ...args] = line.split(' ');
    expect(packageCall(command, args)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ['npx --registry https://x a', /--registry has no meaning/],
    ['npx -p a@1.0.0 -c "b"', /names no program/],
    ['npx ./local', /not fetched from the npm registry/],
    ['uvx a', /fetched from PyPI/],
    [`docker run a@sha256:${'0'.repeat(64)}`, /a container registry/],
    ['node x.js', /fetches no package/],
  ])('%s cannot be had from the store', (line, why) => {
    const [command = '', ...args] = line.split(' ');
    const call = packageCall(command, args);
    expect(call.ok ? '' : call.refusal).toMatch(why);
  });
});
