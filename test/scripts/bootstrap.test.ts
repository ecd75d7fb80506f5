import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packagesAreInstalled } from '../../scripts/bootstrap/install-packages.mjs';
import { programsNeeded } from '../../scripts/bootstrap/test-programs.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-coordinator-bootstrap-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const moduleUrl = (name: string) => new URL(`../../scripts/bootstrap/${name}.mjs`, import.meta.url).href;

function runModule(source: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function ending(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('exclusive lock', () => {
  it.each([
    ['nobody', undefined],
    // No process has this id: Linux numbers them up to 2^22.
    ['a process that died', '4194999 1'],
    ['an earlier process with the id of a living one', `${process.pid} 1`],
  ])('lets one process in at a time when it was held by %s', async (_, holder) => {
    const lock = join(folder, 'lock');
    const log = join(folder, 'log');
    if (holder !== undefined) writeFileSync(lock, holder);
    const source = `
      import { appendFileSync } from 'node:fs';
      import { setTimeout } from 'node:timers/promises';
      import { withExclusiveLock } from '${moduleUrl('exclusive-lock')}';
      await withExclusiveLock(${JSON.stringify(lock)}, async () => {
        appendFileSync(${JSON.stringify(log)}, 'in ');
        await setTimeout(50);
        appendFileSync(${JSON.stringify(log)}, 'out ');
      });`;
    const endings = await Promise.all(Array.from({ length: 4 }, () => ending(runModule(source))));
    expect(endings.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(readFileSync(log, 'utf8')).toBe('in out '.repeat(4));
  });
});

describe('program in place of this one', () => {
  const becomeNode = (program: string) =>
    runModule(`
      import { becomeNode } from '${moduleUrl('run-program')}';
      await becomeNode(['--eval', ${JSON.stringify(program)}]);`);

  it('passes on the exit code', async () => {
    expect(await ending(becomeNode('process.exit(7)'))).toEqual({ code: 7, output: '' });
  });

  it('hands a signal on once, however often it comes', async () => {
    const child = becomeNode(`
      let count = 0;
      process.on('SIGTERM', () => {
        if (++count === 1) setTimeout(() => { console.log(count); process.exit(0); }, 300);
      });
      setInterval(() => {}, 1000);
      console.log('ready');`);
    const ended = ending(child);
    await once(child.stdout!, 'data');
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGTERM'), 100);
    expect(await ended).toEqual({ code: 0, output: 'ready\n1\n' });
  });

  it('ends by the signal that ended the program', async () => {
    const child = becomeNode(`process.kill(process.pid, 'SIGKILL')`);
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
  });
});

describe('installed packages', () => {
  const wanted = {
    '': { version: '1.0.0' },
    'packages/core': { version: '1.0.0' },
    'node_modules/@x/core': { resolved: 'packages/core', link: true },
    'node_modules/a': { version: '2.0.0' },
    'node_modules/b-win32': { version: '3.0.0', optional: true },
  };
  const complete = { 'node_modules/@x/core': wanted['node_modules/@x/core'], 'node_modules/a': { version: '2.0.0' } };

  function project(installed: object | undefined): string {
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    mkdirSync(join(folder, 'node_modules'));
    const note = join(folder, 'node_modules', '.package-lock.json');
    if (installed) writeFileSync(note, JSON.stringify({ packages: installed }));
    return folder;
  }

  it.each([
    ['everything but what is for other platforms', complete, true],
    ['nothing, or an installation that broke off', undefined, false],
    ['another version', { ...complete, 'node_modules/a': { version: '1.9.0' } }, false],
    ['another version of an optional package', { ...complete, 'node_modules/b-win32': { version: '2.0.0' } }, false],
    ['a workspace that is not linked', { 'node_modules/a': { version: '2.0.0' } }, false],
  ])('are judged by npm’s own note: %s', (_, installed, expected) => {
    expect(packagesAreInstalled(project(installed))).toBe(expected);
  });

  it('names the remedy when the lock file is missing', () => {
    expect(() => packagesAreInstalled(folder)).toThrow('git checkout package-lock.json');
  });
});

describe('programs that tests need', () => {
  it.each([
    [[], ['redis', 'postgres', 'chromium', 'haproxy', 'nginx', 'prometheus']],
    [['--project', 'unit'], []],
    [
      ['--project=unit', '--project', 'coordinator-postgres'],
      ['postgres', 'redis'],
    ],
    [
      ['--project', 'e2e', '-t', 'login'],
      ['postgres', 'chromium', 'haproxy', 'nginx', 'prometheus'],
    ],
    [
      ['--project', 'coord*'],
      ['redis', 'postgres', 'chromium', 'haproxy', 'nginx', 'prometheus'],
    ],
  ])('for %j', (args, expected) => {
    expect(programsNeeded(args)).toEqual(expected);
  });
});
