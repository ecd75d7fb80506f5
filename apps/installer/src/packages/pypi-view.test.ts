import { describe, expect, it } from 'vitest';
import { isExactVersion, pinned, whatIsFetched } from './package-argument.ts';
import { pypiView } from './pypi-view.ts';

const seen = (line: string) => {
  const [command = '', ...args] = line.split(' ');
  const fetches = whatIsFetched(command, args);
  return fetches.kind === 'pypi'
    ? [fetches.argument.name, fetches.argument.wanted, pinned(args, fetches.argument, '9.9', 'pypi').join(' ')]
    : fetches.kind;
};

describe('what a Python runner fetches', () => {
  it.each([
    ['uvx mcp-server-time', ['mcp-server-time', '', 'mcp-server-time==9.9']],
    ['uvx mcp-server-time@latest --tz UTC', ['mcp-server-time', 'latest', 'mcp-server-time==9.9 --tz UTC']],
    ['uvx a==1.0', ['a', '1.0', 'a==9.9']],
    ['uvx --python 3.12 --from a[cli]==1.0 run-a', ['a[cli]', '1.0', '--python 3.12 --from a[cli]==9.9 run-a']],
    ['uvx --from=a run-a', ['a', '', '--from=a==9.9 run-a']],
    ['uv tool run a', ['a', '', 'tool run a==9.9']],
    ['pipx run --spec a==1 run-a', ['a', '1', 'run --spec a==9.9 run-a']],
  ])('%s', (line, expected) => expect(seen(line)).toEqual(expected));

  it.each(['uvx git+https://h/r', 'uvx --from ./here a', 'uvx a>=1', 'uvx', 'uvx --with x'])(
    '%s is fetched from elsewhere',
    (line) => expect(seen(line)).toBe('other'),
  );
  it.each(['uv run server.py', 'pipx list'])('%s fetches nothing by name', (line) => expect(seen(line)).toBe('none'));
  it('knows an exact version', () => {
    expect(
      ['1', '1.2', '2026.8.31', '1.0rc1', '1.0.post2', '1!2.0', 'latest', '>=1', '1.*'].map((wanted) =>
        isExactVersion(wanted, 'pypi'),
      ),
    ).toEqual([true, true, true, true, true, true, false, false, false]);
  });
});

describe('pypiView', () => {
  const wheel = { packagetype: 'bdist_wheel', digests: { sha256: 'ab' } };
  const view = (status: number, body: unknown, asked: string[] = []) =>
    pypiView('https://pypi.example', (input) => {
      asked.push(String(input instanceof Request ? input.url : input));
      return Promise.resolve(new Response(JSON.stringify(body), { status }));
    });

  it('asks for the latest or for one version', async () => {
    const asked: string[] = [];
    const ask = view(200, { info: { version: '1.2' }, urls: [{ packagetype: 'sdist' }, wheel] }, asked);
    expect(await ask('a', '')).toEqual({ kind: 'found', version: '1.2', integrity: 'sha256:ab' });
    await ask('a/../b', '1.2');
    expect(asked).toEqual(['https://pypi.example/pypi/a/json', 'https://pypi.example/pypi/a%2F..%2Fb/1.2/json']);
  });

  it('knows no integrity of several wheels, and says when it does not know at all', async () => {
    expect(await view(200, { info: { version: '1' }, urls: [wheel, wheel] })('a', '1')).toMatchObject({
      integrity: null,
    });
    expect(await view(404, {})('a', '')).toEqual({ kind: 'missing' });
    expect(await view(500, {})('a', '')).toMatchObject({ kind: 'away' });
    expect(await view(200, {})('a', '')).toMatchObject({ kind: 'away' });
    expect(await pypiView('https://pypi.example', () => Promise.reject(new Error('offline')))('a', '')).toMatchObject({
      kind: 'away',
    });
  });
});
