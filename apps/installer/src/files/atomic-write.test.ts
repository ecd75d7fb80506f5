import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolders, removeEmptyFolders, removeLeftovers, replaceFile } from './atomic-write.ts';
import { bytesHash } from './file-bytes.ts';
import { withFileLock } from './file-lock.ts';
import { guardPath } from './roots.ts';
import { Snapshots } from './snapshots.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return bytesHash(Buffer.from(text));
};

describe('replaceFile', () => {
  it('replaces the bytes and keeps the mode', async () => {
    const before = write('f', 'old');
    chmodSync(at('f'), 0o604);
    expect(await replaceFile(at('f'), Buffer.from('new'), before)).toEqual({ ok: true });
    expect(readFileSync(at('f'), 'utf8')).toBe('new');
    expect(statSync(at('f')).mode & 0o777).toBe(0o604);
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it('changes nothing when the file is another than was decided on', async () => {
    write('f', 'someone else was here');
    expect(await replaceFile(at('f'), Buffer.from('new'), bytesHash(Buffer.from('old')))).toMatchObject({ ok: false });
    expect(await replaceFile(at('f'), Buffer.from('new'), 'nothing')).toMatchObject({ ok: false });
    expect(readFileSync(at('f'), 'utf8')).toBe('someone else was here');
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it('makes a file for its owner alone', async () => {
    expect(await replaceFile(at('new'), Buffer.from('x'), 'nothing')).toEqual({ ok: true });
    expect(statSync(at('new')).mode & 0o777).toBe(0o600);
  });

  it('leaves other names of the file alone', async () => {
    const before = write('f', 'old');
    linkSync(at('f'), at('hard'));
    await replaceFile(at('f'), Buffer.from('new'), before);
    expect(readFileSync(at('hard'), 'utf8')).toBe('old');
  });

  it('drops what a killed writer left, and nothing else', async () => {
    write('f', 'x');
    write('.f.mcp-installer-0a1b2c3d4e5f.tmp', 'half');
    write('.other.mcp-installer-0a1b2c3d4e5f.tmp', 'not ours to drop');
    await removeLeftovers(at('f'));
    expect(readdirSync(folder).sort()).toEqual(['.other.mcp-installer-0a1b2c3d4e5f.tmp', 'f']);
  });
});

describe('folders', () => {
  it('are removed again only where they were made and are empty', async () => {
    const made = await makeFolders(at('a/b/c'));
    expect(made).toEqual([at('a'), at('a/b'), at('a/b/c')]);
    expect(await makeFolders(at('a/b/c'))).toEqual([]);
    write('a/kept', '');
    await removeEmptyFolders(made);
    expect(readdirSync(at('a'))).toEqual(['kept']);
  });
});

describe('withFileLock', () => {
  it('lets one at a time through, and all in the end', async () => {
    let inside = 0;
    const order = await Promise.all(
      [1, 2, 3].map((turn) =>
        withFileLock(at('f'), async () => {
          expect(++inside).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
          return turn;
        }),
      ),
    );
    expect(order).toEqual([1, 2, 3]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes over the lock of a holder that died, and of one whose number was reused', async () => {
    const lock = at('.f.mcp-installer.lock');
    for (const holder of [{ pid: 2 ** 22 - 1, startedAt: '1' }, { pid: process.pid, startedAt: '1' }, 'torn']) {
      writeFileSync(lock, JSON.stringify(holder));
      expect(await withFileLock(at('f'), () => Promise.resolve('mine'))).toBe('mine');
    }
  });

  it('does not touch the lock of a holder that lives', async () => {
    const lock = at('.f.mcp-installer.lock');
    const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8');
    writeFileSync(
      lock,
      JSON.stringify({ pid: process.pid, startedAt: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] }),
    );
    expect(await withFileLock(at('f'), () => Promise.resolve('mine'), { tries: 3, pauseMs: 1 })).toBeNull();
    expect(readdirSync(folder)).toEqual(['.f.mcp-installer.lock']);
  });

  it('is given back after a failure', async () => {
    await expect(withFileLock(at('f'), () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('guardPath', () => {
  const roots = () => ({ home: at('home'), workspaces: [at('work')] });
  beforeEach(() => {
    mkdirSync(at('home'));
    mkdirSync(at('work'));
    mkdirSync(at('homes-neighbour'));
  });

  it.each(['home/a/b.json', 'work/x', 'home'])('lets %s through', async (name) => {
    expect(await guardPath(at(name), roots())).toMatchObject({ ok: true });
  });

  it.each(['homes-neighbour/x', 'home/../x', 'home/../homes-neighbour/y'])('refuses %s', async (name) => {
    expect(await guardPath(`${folder}/${name}`, roots())).toMatchObject({
      ok: false,
      refusal: { code: 'action_refused' },
    });
  });

  it('refuses relative paths and what links lead out to', async () => {
    symlinkSync(at('homes-neighbour'), at('home/out'));
    symlinkSync(at('homes-neighbour/missing'), at('home/dangling'));
    symlinkSync(at('work'), at('home/in'));
    expect(await guardPath('home/a', roots())).toMatchObject({ ok: false });
    expect(await guardPath(at('home/out/new.json'), roots())).toMatchObject({ ok: false });
    expect(await guardPath(at('home/in/new.json'), roots())).toMatchObject({
      ok: true,
      value: { realPath: at('work/new.json') },
    });
    expect(await guardPath(at('home/dangling'), roots())).toMatchObject({ ok: false });
  });
});

describe('Snapshots', () => {
  it('give the bytes back until retention drops them', async () => {
    const snapshots = new Snapshots(at('snapshots'));
    const id = await snapshots.keep(Buffer.from([1, 2, 3]));
    expect(statSync(at(`snapshots/${id}`)).mode & 0o777).toBe(0o600);
    await snapshots.dropOlderThan(Date.now() + 89 * 86_400_000);
    expect(await snapshots.read(id)).toEqual(Buffer.from([1, 2, 3]));
    await snapshots.dropOlderThan(Date.now() + 91 * 86_400_000);
    expect(await snapshots.read(id)).toBeNull();
    expect(() => snapshots.read('../../etc/passwd')).toThrow();
  });
});
