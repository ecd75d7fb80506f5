import { CLIENT_IDS, type ClientId, type Launch } from '@mcp-coordinator/contract/inventory.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialectOf } from './neutral.ts';
import { type Translation, translateLaunch } from './translate-launch.ts';

const NAME = 'srv';
const translate = (launch: Launch, client: ClientId): Translation =>
  translateLaunch(launch, NAME, dialectOf(client), {});
const read = (client: ClientId, entry: unknown): Launch => dialectOf(client).read(entry, NAME, {}).launch;

const local: Launch = { transport: 'stdio', command: 'npx', args: ['-y', 'x@1.0.0'], env: { A: 'b' }, enabled: true };
const http: Launch = { transport: 'streamable-http', url: 'https://h/mcp', headers: { 'X-A': 'b' }, enabled: true };
const sse: Launch = { ...http, transport: 'sse' };
const SAMPLES: Record<string, Launch> = {
  local,
  http,
  sse,
  off: { ...local, enabled: false },
  cwd: { ...local, cwd: '/srv' },
  timeout: { ...local, timeoutMs: 30_000 },
  approved: { ...local, autoApprove: ['read', 'list'] },
  trusted: { ...local, autoApprove: ['*'] },
};

/** What each client can hold; what is not named here it can. Roo's files are only read. */
const CANNOT: Record<ClientId, string[]> = {
  kilo: ['sse'],
  kilocode: [],
  'claude-desktop': ['http', 'sse', 'off', 'cwd'],
  'claude-code': ['off', 'cwd'],
  cursor: ['off', 'cwd'],
  vscode: ['off'],
  copilot: ['off'],
  windsurf: ['cwd'],
  zed: ['sse', 'cwd'],
  cline: [],
  roo: Object.keys(SAMPLES),
  codex: ['sse'],
  gemini: ['off'],
  goose: ['cwd'],
  continue: ['off'],
  opencode: ['sse'],
  junie: ['http', 'sse', 'off', 'cwd'],
  'amazon-q': ['sse', 'cwd'],
};
/** Who has a place for a time limit, and for which approvals, in the entry itself. */
const TIMEOUT = [
  'kilo',
  'kilocode',
  'copilot',
  'cline',
  'codex',
  'gemini',
  'goose',
  'continue',
  'opencode',
  'amazon-q',
];
const APPROVED = ['kilocode', 'cline', 'codex'];
const TRUSTED = [...APPROVED, 'gemini'];

const pairs = CLIENT_IDS.flatMap((from) =>
  CLIENT_IDS.filter((to) => to !== from).map((to): [ClientId, ClientId] => [from, to]),
);

describe('every client', () => {
  it.each(CLIENT_IDS)('%s: holds what it can, and refuses the rest by name', (client) => {
    const refused = Object.entries(SAMPLES).filter(([, launch]) => !translate(launch, client).ok);
    expect(refused.map(([name]) => name)).toEqual(CANNOT[client]);
    for (const [, launch] of refused)
      expect(translate(launch, client)).toMatchObject({ reason: expect.stringContaining(client) as string });
  });

  it.each(CLIENT_IDS)('%s: says what it has no place for', (client) => {
    const left = (sample: string) => {
      const translated = translate(SAMPLES[sample]!, client);
      return translated.ok ? translated.left : [];
    };
    const writes = client !== 'roo';
    expect(left('timeout')).toEqual(writes && !TIMEOUT.includes(client) ? ['timeoutMs'] : []);
    expect(left('approved')).toEqual(writes && !APPROVED.includes(client) ? ['autoApprove'] : []);
    expect(left('trusted')).toEqual(writes && !TRUSTED.includes(client) ? ['autoApprove'] : []);
  });

  it.each(CLIENT_IDS.filter((client) => client !== 'roo'))('%s: reads what it wrote without complaint', (client) => {
    for (const launch of Object.values(SAMPLES)) {
      const translated = translate(launch, client);
      if (translated.ok) expect(dialectOf(client).read(translated.entry, NAME, {}).misread).toEqual([]);
    }
  });

  it.each(CLIENT_IDS)('%s: makes something of any value', (client) => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (entry, document) => {
        const dialect = dialectOf(client);
        const { launch } = dialect.read(entry, NAME, document);
        expect(typeof launch.enabled).toBe('boolean');
        expect(typeof translateLaunch(launch, NAME, dialect, document).ok).toBe('boolean');
        expect(Array.isArray(dialect.autoApprovals(entry, NAME, document, dialect.root))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('from any client to any other', () => {
  const LAUNCHES = { local, http, sse };
  const moves = pairs.flatMap(([from, to]) =>
    (['local', 'http', 'sse'] as const).map((kind): [ClientId, ClientId, keyof typeof LAUNCHES] => [from, to, kind]),
  );
  // Roo is read in the form it shares with kilocode.
  const written = moves.filter(([from, , kind]) => from === 'roo' || !CANNOT[from].includes(kind));

  it.each(written)('%s → %s: %s', (from, to, kind) => {
    const source = translate(LAUNCHES[kind], from === 'roo' ? 'kilocode' : from);
    const moved = read(from, source.ok ? source.entry : {});
    const translated = translate(moved, to);
    // A client that finds the transport out by itself does not say which one it is.
    const asRead = moved.transport === 'sse' ? 'sse' : kind === 'local' ? 'local' : 'http';
    if (CANNOT[to].includes(asRead)) return expect(translated).toMatchObject({ ok: false });
    const { transport, ...rest } = read(to, translated.ok ? translated.entry : {});
    const { transport: wanted, ...all } = LAUNCHES[kind];
    expect(rest).toEqual(all);
    expect(transport === 'stdio').toBe(wanted === 'stdio');
  });
});

describe('references', () => {
  const withReferences: Launch = {
    ...http,
    headers: { Authorization: 'Bearer ${TOKEN}', 'X-Key': '${KEY}', 'X-Plain': 'x' },
  };

  it('become names where a client hands variables on by name', () => {
    expect(translate(withReferences, 'codex')).toMatchObject({
      entry: { bearer_token_env_var: 'TOKEN', env_http_headers: { 'X-Key': 'KEY' }, http_headers: { 'X-Plain': 'x' } },
    });
    expect(translate({ ...local, env: { A: '${A}', B: 'b' } }, 'codex')).toMatchObject({
      entry: { env_vars: ['A'], env: { B: 'b' } },
    });
    expect(translate({ ...local, env: { A: '${A}', B: 'b' } }, 'goose')).toMatchObject({
      entry: { name: NAME, env_keys: ['A'], envs: { B: 'b' } },
    });
  });

  it.each<[ClientId, Launch]>([
    ['codex', { ...local, env: { A: '${B}' } }],
    ['codex', { ...local, args: ['--key=${A}'] }],
    ['codex', { ...http, headers: { 'X-Key': 'key ${A}' } }],
    ['goose', { ...local, args: ['${A}'] }],
    ['goose', withReferences],
  ])('%s refuses one that it would take for a text', (client, launch) => {
    expect(translate(launch, client)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/cannot resolve/) as string,
    });
  });

  it('of Gemini are read in the common form', () => {
    expect(read('gemini', { command: 'x', args: ['$A', '${B}'], env: { C: '$C' } })).toMatchObject({
      args: ['${A}', '${B}'],
      env: { C: '${C}' },
    });
  });
});

describe('what stands beside an entry', () => {
  it('Gemini switches servers off in a list', () => {
    const dialect = dialectOf('gemini');
    expect(dialect.read({ command: 'x' }, NAME, { mcp: { excluded: [NAME] } }).launch.enabled).toBe(false);
    expect(dialect.read({ command: 'x' }, NAME, { mcp: { allowed: ['other'] } }).launch.enabled).toBe(false);
    expect(dialect.read({ command: 'x' }, NAME, { mcp: { allowed: [NAME] } }).launch.enabled).toBe(true);
  });

  it('Amazon Q allows tools in a list, from which only its own go', () => {
    const document = { allowedTools: ['fs_read', '@srv/read', '@srv', '@srv2/x'] };
    expect(dialectOf('amazon-q').autoApprovals({}, NAME, document, ['mcpServers'])).toEqual([
      { path: ['allowedTools'], tools: ['read', '*'], rest: ['fs_read', '@srv2/x'] },
    ]);
  });

  it('Zed allows all tools at once, or single ones', () => {
    const tools = { 'mcp:srv:read': { default: 'allow' }, 'mcp:srv:write': { default: 'confirm' } };
    const document = { agent: { always_allow_tool_actions: true, tool_permissions: { tools } } };
    expect(
      dialectOf('zed')
        .autoApprovals({}, NAME, document, [])
        .map((found) => found.tools),
    ).toEqual([['*'], ['read']]);
  });

  it('opencode keeps two forms apart', () => {
    const dialect = dialectOf('opencode');
    const older = { mcp: { docs: { type: 'remote', url: 'https://h/' } } };
    const newer = { mcp: { servers: { docs: { type: 'remote', url: 'https://h/' } } } };
    expect(dialect.write({ ...local, enabled: false }, older)).toMatchObject({ entry: { enabled: false } });
    expect(dialect.write({ ...local, enabled: false }, newer)).toMatchObject({ entry: { disabled: true } });
    expect(dialect.read({ type: 'local', command: ['x'], disabled: true }, NAME, newer).launch.enabled).toBe(false);
    expect(dialect.read({ type: 'local', command: ['x'], enabled: false }, NAME, older).launch.enabled).toBe(false);
  });

  it('extensions of the client itself are none of ours', () => {
    expect(dialectOf('goose').holds?.({ type: 'builtin' })).toBe(false);
    expect(dialectOf('goose').holds?.({ type: 'stdio' })).toBe(true);
    expect(dialectOf('zed').holds?.({ source: 'extension' })).toBe(false);
  });
});
