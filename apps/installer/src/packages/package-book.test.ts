import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { npmView, type Viewed } from './npm-view.ts';
import { rememberingView } from './package-book.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'packages-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program named npm that answers what it is told to. */
function viewWith(stdout: string, code: number) {
  writeFileSync(
    join(folder, 'npm'),
    `#!/bin/sh\nprintf '%s' "$*" > ${folder}/args\ncat <<'END'\n${stdout}\nEND\nexit ${code}\n`,
  );
  chmodSync(join(folder, 'npm'), 0o755);
  return npmView({ PATH: `${folder}:/usr/bin:/bin` })('a', '^1');
}

describe('npmView', () => {
  it.each<[string, string, number, Viewed['kind']]>([
    ['one version', '{"version":"1.2.3","dist.integrity":"sha512-x"}', 0, 'found'],
    ['several versions', '[{"version":"1.0.0"},{"version":"1.2.3"}]', 0, 'found'],
    ['an unknown package', '{"error":{"code":"E404"}}', 1, 'missing'],
    ['an unknown version', '', 0, 'missing'],
    ['no network', '{"error":{"code":"ENOTFOUND"}}', 1, 'away'],
    ['nonsense', 'not json', 1, 'away'],
  ])('understands %s', async (_what, stdout, code, kind) => {
    const viewed = await viewWith(stdout, code);
    expect(viewed.kind).toBe(kind);
    if (viewed.kind === 'found') expect(viewed.version).toBe('1.2.3');
  });

  it('says when npm is not there', async () => {
    expect(await npmView({ PATH: '/nowhere' })('a', '')).toEqual({ kind: 'away', reason: 'npm is not installed here' });
  });
});

describe('rememberingView', () => {
  const found: Viewed = { kind: 'found', version: '1.2.3', integrity: 'sha512-x' };
  it('asks again for a tag, and never again for an exact version', async () => {
    let now = 0;
    let answer: Viewed = found;
    const asked: string[] = [];
    const ask = (name: string, wanted: string) => {
      asked.push(`${name}@${wanted}`);
      return Promise.resolve(answer);
    };
    const view = rememberingView(ask, folder, () => now);
    expect(await view('a', 'latest')).toEqual(found);
    expect(await view('a', 'latest')).toEqual(found);
    now = 400_000;
    answer = { kind: 'away', reason: 'gone' };
    expect(await view('a', 'latest')).toEqual(answer);
    expect(await view('a', '1.2.3')).toEqual(found);
    expect(await rememberingView(ask, folder, () => now)('a', '1.2.3')).toEqual(found);
    expect(asked).toEqual(['a@latest', 'a@latest']);
  });
});
