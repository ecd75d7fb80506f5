import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Given, InputForm } from './fill-inputs.ts';
import { registryAt } from './find-server.ts';
import { type Choice, launchFromServer } from './launch-from-server.ts';
import { type ServerJson, type ServerPackage, serverJsonSchema } from './server-json.ts';

const stdio = { type: 'stdio' } as const;
const pack = (more: Partial<ServerPackage>): ServerPackage => ({
  ...{ registryType: 'npm', identifier: '@a/server', version: '1.2.3', transport: stdio },
  ...more,
});
const server = (...packages: ServerPackage[]): ServerJson => ({ name: 'io.example/s', version: '1.2.3', packages });
const launchOf = (described: ServerJson, given: Given, choice?: Choice) =>
  launchFromServer(described, new InputForm(given), choice);
const reasonOf = (described: ServerJson, given: Record<string, string> = {}, choice?: Choice): string => {
  const built = launchOf(described, given, choice);
  return built.ok ? 'not refused' : built.refusal.detail;
};

describe('a package', () => {
  it.each<[string, Partial<ServerPackage>, string[]]>([
    ['npm', {}, ['npx', '-y', '@a/server@1.2.3']],
    [
      'PyPI',
      { registryType: 'pypi', identifier: 'mcp-server-time', version: '2026.8.31' },
      ['uvx', 'mcp-server-time==2026.8.31'],
    ],
    [
      'OCI with a tag in its name',
      { registryType: 'oci', identifier: 'ghcr.io/a/b:1.0', version: '' },
      ['docker', 'run', '-i', '--rm', 'ghcr.io/a/b:1.0'],
    ],
    [
      'OCI with variables',
      {
        registryType: 'oci',
        identifier: 'docker.io/a/b',
        version: '1.0',
        environmentVariables: [{ name: 'KEY', value: 'v' }],
      },
      ['docker', 'run', '-i', '--rm', '-e', 'KEY', 'docker.io/a/b:1.0'],
    ],
    [
      'npm with arguments of both kinds',
      {
        runtimeArguments: [{ type: 'named', name: '--yes', isRequired: true }],
        packageArguments: [
          { type: 'positional', value: 'serve' },
          { type: 'named', name: '--port', default: '80' },
          { type: 'named', name: '--root', value: '{root}', variables: { root: { default: '/srv' } } },
          { type: 'positional', valueHint: 'folder' },
        ],
      },
      ['npx', '--yes', '@a/server@1.2.3', 'serve', '--port', '80', '--root', '/srv'],
    ],
  ])('of %s is started at its exact version', (_what, more, argv) => {
    const built = launchOf(server(pack(more)), {});
    expect(built.ok && [built.value.command, ...(built.value.args ?? [])]).toEqual(argv);
  });

  it('is asked for all that it needs at once, by name', () => {
    const needs = pack({
      packageArguments: [{ type: 'positional', valueHint: 'folder', isRequired: true }],
      environmentVariables: [
        { name: 'API_KEY', isRequired: true, isSecret: true, description: 'Key of the service' },
        { name: 'MODE', choices: ['a', 'b'] },
        { name: 'EXTRA' },
      ],
    });
    expect(reasonOf(server(needs), { MODE: 'c', OTHER: 'x' })).toBe(
      'Not all inputs are right: folder is needed; API_KEY is needed (Key of the service; a secret); MODE must be one of a, b; there is no input OTHER. Nothing was changed.',
    );
    const built = launchOf(server(needs), { API_KEY: 'k', MODE: 'a', folder: '/x' });
    expect(built).toMatchObject({
      ok: true,
      value: { args: ['-y', '@a/server@1.2.3', '/x'], env: { API_KEY: 'k', MODE: 'a' } },
    });
  });

  it.each<[string, Partial<ServerPackage>, RegExp]>([
    ['without a version', { version: '' }, /no exact version/],
    ['at a tag', { version: 'latest' }, /no exact version/],
    ['at a range', { version: '^1.0.0' }, /no exact version/],
    ['of an image that moves', { registryType: 'oci', identifier: 'a/b:latest', version: '' }, /no exact version/],
    ['with an option for a name', { identifier: '--registry=https://evil' }, /no name of a package/],
    ['of a registry of its own', { registryBaseUrl: 'https://npm.evil.example/' }, /in https:\/\/npm\.evil\.example/],
    [
      'of a registry that looks alike',
      { registryBaseUrl: 'https://registry.npmjs.org.evil.example' },
      /something else/,
    ],
    ['of MCPB without a checksum', { registryType: 'mcpb' }, /without fileSha256/],
    ['of MCPB', { registryType: 'mcpb', fileSha256: 'a'.repeat(64) }, /does not unpack/],
    ['of another registry', { registryType: 'nuget' }, /nuget package, which this installer cannot start/],
    ['that listens', { transport: { type: 'sse', url: 'http://localhost:80/sse' } }, /add it by that URL/],
  ])('%s: is refused', (_what, more, reason) => expect(reasonOf(server(pack(more)))).toMatch(reason));

  it('that cannot be started gives way to one that can, and to what was chosen', () => {
    const both = server(pack({ registryType: 'mcpb' }), pack({ registryType: 'pypi', identifier: 'p' }), pack({}));
    expect(launchOf(both, {})).toMatchObject({ value: { command: 'uvx' } });
    expect(launchOf(both, {}, 'npm')).toMatchObject({ value: { command: 'npx' } });
    expect(reasonOf(both, {}, 'remote')).toMatch(/offers no remote/);
  });

  it('never lets an input become an option of its own', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const input = pack({ packageArguments: [{ type: 'named', name: '--name', isRequired: true }] });
        const built = launchOf(server(input), { '--name': value });
        expect(built.ok && built.value.args).toEqual(['-y', '@a/server@1.2.3', '--name', value]);
      }),
    );
  });
});

describe('a remote', () => {
  it('is reached by its URL with its headers filled in', () => {
    const remote: ServerJson = {
      ...server(),
      remotes: [
        {
          type: 'streamable-http',
          url: 'https://{tenant}.example.org/mcp',
          variables: { tenant: { isRequired: true } },
          headers: [
            {
              name: 'Authorization',
              value: 'Bearer {token}',
              variables: { token: { isRequired: true, isSecret: true } },
            },
          ],
        },
      ],
    };
    expect(reasonOf(remote)).toMatch(/tenant is needed; token is needed \(a secret\)/);
    expect(launchOf(remote, { tenant: 't', token: 'k' })).toMatchObject({
      value: { transport: 'streamable-http', url: 'https://t.example.org/mcp', headers: { Authorization: 'Bearer k' } },
    });
  });
});

describe('registryAt', () => {
  const ANSWER = {
    server: {
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-09-29/server.schema.json',
      name: 'io.example/s',
      description: 'What it does',
      version: '1.2.3',
      repository: { url: 'https://github.com/example/s', source: 'github' },
      packages: [
        {
          registryType: 'npm',
          registryBaseUrl: 'https://registry.npmjs.org',
          identifier: '@a/server',
          version: '1.2.3',
          transport: { type: 'stdio' },
          environmentVariables: [
            { name: 'KEY', description: 'Key', isRequired: true, format: 'string', isSecret: true },
          ],
        },
      ],
    },
    _meta: { 'io.modelcontextprotocol.registry/official': { status: 'active', isLatest: true } },
  };
  const asked: string[] = [];
  const answering =
    (status: number, body: unknown): typeof fetch =>
    (input) => {
      asked.push(String(input instanceof Request ? input.url : input));
      return Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));
    };

  it('asks for one version of one server, whatever its name', async () => {
    const found = await registryAt('https://r.example/base', answering(200, ANSWER))('io.example/s', 'latest');
    expect(found).toMatchObject({ kind: 'found', server: { version: '1.2.3', packages: [{ registryType: 'npm' }] } });
    expect(asked.at(-1)).toBe('https://r.example/base/v0.1/servers/io.example%2Fs/versions/latest');
    await registryAt('https://r.example', answering(404, ''))('../../x', '1');
    expect(asked.at(-1)).toBe('https://r.example/v0.1/servers/..%2F..%2Fx/versions/1');
  });

  it.each<[string, typeof fetch, object]>([
    ['a server it does not know', answering(404, {}), { kind: 'missing' }],
    ['a failure', answering(503, {}), { kind: 'away', reason: 'the registry answered 503' }],
    ['nonsense', answering(200, '<html>'), { kind: 'away' }],
    ['something else', answering(200, { server: { name: 1 } }), { kind: 'away' }],
    ['another server', answering(200, { server: { ...ANSWER.server, name: 'io.evil/s' } }), { kind: 'away' }],
    ['silence', () => Promise.reject(new Error('offline')), { kind: 'away' }],
  ])('understands %s', async (_what, get, expected) => {
    expect(await registryAt('https://r.example', get)('io.example/s', 'latest')).toMatchObject(expected);
  });

  it('takes any JSON without harm', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        expect(typeof serverJsonSchema.safeParse(any).success).toBe('boolean');
      }),
    );
  });
});
