import { describe, expect, it } from 'vitest';
import { imageView } from './image-view.ts';
import { pinned, whatIsFetched } from './package-argument.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const fetchesOf = (line: string) => {
  const [command = '', ...args] = line.split(' ');
  return { args, fetches: whatIsFetched(command, args) };
};

describe('an image on a command line', () => {
  it.each([
    [`docker run -i --rm ghcr.io/a/b@${DIGEST}`, { name: 'ghcr.io/a/b', version: DIGEST, integrity: DIGEST }],
    [
      `docker run -i --rm -e KEY -v /a:/b --name=x h:5000/a/b:1.0@${DIGEST} --flag`,
      { name: 'h:5000/a/b', version: '1.0', integrity: DIGEST },
    ],
    [`docker run --unheard-of y a/b@${DIGEST}`, { name: 'a/b', version: DIGEST, integrity: DIGEST }],
  ])('that is named by its digest is known: %s', (line, image) => {
    expect(fetchesOf(line).fetches).toEqual({ kind: 'image', image });
  });

  it.each([
    ['docker run -i mcp/time', 'mcp/time', '', 'run -i mcp/time:1@sha256:x'],
    ['docker run -i --rm redis:7 --flag', 'redis', '7', 'run -i --rm redis:1@sha256:x --flag'],
    [
      'podman run -e KEY --network none h:5000/a/b:v2',
      'h:5000/a/b',
      'v2',
      'run -e KEY --network none h:5000/a/b:1@sha256:x',
    ],
    ['cmd /c docker run -i a/b', 'a/b', '', '/c docker run -i a/b:1@sha256:x'],
  ])('that is named by its tag is to be asked for: %s', (line, name, wanted, exact) => {
    const { args, fetches } = fetchesOf(line);
    expect(fetches).toMatchObject({ kind: 'oci', argument: { name, wanted } });
    if (fetches.kind === 'oci') expect(pinned(args, fetches.argument, '1@sha256:x', 'oci').join(' ')).toBe(exact);
  });

  it.each([
    'docker run',
    'docker compose up',
    `docker run -e a/b@${DIGEST}`,
    'docker run --unheard-of a/b c/d',
    'docker run A/B',
    'docker run a/../b',
  ])('%s is not known', (line) => expect(fetchesOf(line).fetches.kind).toBe('other'));
});

/** A registry as the OCI Distribution API has it: a token for anyone, then the digest in a header. */
function registry(status: number, digest = DIGEST, token: unknown = { token: 't0' }) {
  const asked: string[] = [];
  const get: typeof fetch = (input, init = {}) => {
    const url = String(input instanceof Request ? input.url : input);
    const headers = new Headers(init.headers);
    asked.push([init.method ?? 'GET', url, headers.get('authorization') ?? ''].join(' ').trim());
    return Promise.resolve(
      init.method === 'HEAD'
        ? new Response(null, { status, headers: { 'docker-content-digest': digest } })
        : new Response(JSON.stringify(token)),
    );
  };
  return { view: imageView(get), asked };
}

describe('a public registry', () => {
  it.each([
    [
      'mcp/time',
      '',
      'https://auth.docker.io/token?service=registry.docker.io&scope=repository:mcp/time:pull',
      'https://registry-1.docker.io/v2/mcp/time/manifests/latest',
    ],
    [
      'redis',
      '7',
      'https://auth.docker.io/token?service=registry.docker.io&scope=repository:library/redis:pull',
      'https://registry-1.docker.io/v2/library/redis/manifests/7',
    ],
    [
      'ghcr.io/a/b',
      'v1',
      'https://ghcr.io/token?service=ghcr.io&scope=repository:a/b:pull',
      'https://ghcr.io/v2/a/b/manifests/v1',
    ],
  ])('says which digest %s:%s stands for', async (name, wanted, token, manifest) => {
    const { view, asked } = registry(200);
    expect(await view(name, wanted)).toEqual({ kind: 'found', version: wanted || 'latest', integrity: DIGEST });
    expect(asked).toEqual([`GET ${token}`, `HEAD ${manifest} Bearer t0`]);
  });

  it.each<[string, ReturnType<typeof registry>, object]>([
    ['no such image', registry(404), { kind: 'missing' }],
    ['a private one', registry(401), { kind: 'away', reason: expect.stringContaining('account') }],
    ['too many questions', registry(429), { kind: 'away', reason: 'the registry docker.io answered 429' }],
    ['no digest', registry(200, 'latest'), { kind: 'away', reason: expect.stringContaining('not understood') }],
    ['no token', registry(401, DIGEST, { error: 1 }), { kind: 'away' }],
  ])('is understood when it has %s', async (_what, { view }, expected) => {
    expect(await view('a/b', '1')).toMatchObject(expected);
  });

  it('is the only kind that is asked', async () => {
    const { view, asked } = registry(200);
    for (const name of ['localhost:5000/a', '169.254.169.254/a/b', 'ghcr.io.evil.example/a/b', 'internal.host/a'])
      expect(await view(name, '1')).toMatchObject({ kind: 'away', reason: expect.stringMatching(/is not asked$/) });
    expect(asked).toEqual([]);
  });

  it('may be away', async () => {
    const view = imageView(() => Promise.reject(new Error('offline')));
    expect(await view('a/b', '1')).toEqual({ kind: 'away', reason: 'the registry docker.io could not be asked' });
  });
});
