import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isExactVersion, pinned, whatIsFetched } from './package-argument.ts';

const seen = (line: string) => {
  const [command = '', ...args] = line.split(' ');
  const fetches = whatIsFetched(command, args);
  return fetches.kind === 'npm'
    ? [fetches.argument.name, fetches.argument.wanted, pinned(args, fetches.argument, '9.9.9').join(' ')]
    : fetches.kind;
};

describe('whatIsFetched', () => {
  it.each([
    ['npx -y server-x', ['server-x', '', '-y server-x@9.9.9']],
    ['npx -y @a/b@latest --root /tmp', ['@a/b', 'latest', '-y @a/b@9.9.9 --root /tmp']],
    ['npx --package=@a/b@^1 b', ['@a/b', '^1', '--package=@a/b@9.9.9 b']],
    ['npx -p a@1.2.3 bin', ['a', '1.2.3', '-p a@9.9.9 bin']],
    ['/usr/local/bin/npx a', ['a', '', 'a@9.9.9']],
    ['cmd /c npx -y a', ['a', '', '/c npx -y a@9.9.9']],
    ['npx.cmd a', ['a', '', 'a@9.9.9']],
    ['pnpm dlx a@2', ['a', '2', 'dlx a@9.9.9']],
    ['bunx a', ['a', '', 'a@9.9.9']],
    ['npm exec -- a', ['a', '', 'exec -- a@9.9.9']],
  ])('%s', (line, expected) => expect(seen(line)).toEqual(expected));

  it.each(['node server.js', '/opt/server', 'pnpm run x', 'bash -c npx'])('%s fetches nothing', (line) =>
    expect(seen(line)).toBe('none'),
  );
  it.each([
    'npx github:u/r',
    'npx ./local',
    'npx git+ssh://x/y',
    'npx a@npm:b@1',
    'npx -y',
    'npx https://x/y.tgz',
    'npx a@--registry=x',
  ])('%s is fetched from elsewhere', (line) => expect(seen(line)).toBe('other'));

  it('never hands npm an option for a package', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (args) => {
        const fetches = whatIsFetched('npx', args);
        if (fetches.kind !== 'npm') return;
        expect(`${fetches.argument.name}@${fetches.argument.wanted}`).not.toMatch(/^-|[\s;&|$`"'\\]\w*[;&$`]/);
      }),
    );
  });

  it('knows an exact version', () => {
    expect(['1.2.3', '1.2.3-rc.1', '1.2', '^1.2.3', 'latest', '1.x'].map((wanted) => isExactVersion(wanted))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
