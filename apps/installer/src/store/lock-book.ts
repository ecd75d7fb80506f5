import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJsonDurably } from '@mcp-coordinator/client/agent/durable-json';
import type { Result } from '@mcp-coordinator/core/result';
import { manifestOf, type NpmLock, readLock } from './npm-lock.ts';
import type { RunNpm } from './run-npm.ts';

/** A preview has half a minute in all. */
const RESOLVE_MS_MAX = 25_000;
/** How long the registry's answer stands for those who ask anew; whoever names a lock gets that one. */
const RECENT_MS = 86_400_000;
/** Longer than any proposal may wait. */
const NAMED_MS = 90 * 86_400_000;

export interface LockBook {
  /** The lock of this digest, or the one the registry's present state gives. */
  find(name: string, version: string, bin: string | null, digest?: string): Promise<Result<NpmLock, string>>;
  /** Forgets what no proposal can name any more. */
  dropOld(): Promise<void>;
}

interface Page {
  readonly takenAt: number;
  readonly text: string;
}

/**
 * Which versions of which dependencies a package came to, remembered: under its digest for as long as anyone may name it, and
 * under the package for a day.
 */
export function openLockBook(
  folder: string,
  { npm, now }: { readonly npm: RunNpm; readonly now: () => number },
): LockBook {
  const pathOf = (key: string): string => join(folder, `${createHash('sha256').update(key).digest('hex')}.json`);
  const page = (key: string): Promise<Page | null> => readJson<Page>(pathOf(key)).catch(() => null);

  async function ask(name: string, version: string, bin: string | null): Promise<Result<NpmLock, string>> {
    const resolved = await resolve(name, version);
    const known = resolved.ok ? null : await page(`${name}@${version}`);
    // With the registry away, what it said before still holds: versions and checksums of a published package do not change.
    if (!resolved.ok && known === null) return resolved;
    const text = resolved.ok ? resolved.value : (known?.text ?? '');
    const lock = readLock(text, name, version, bin);
    if (lock.ok && resolved.ok) {
      await writeJsonDurably(pathOf(lock.value.digest), { takenAt: now(), text } satisfies Page);
      await writeJsonDurably(pathOf(`${name}@${version}`), { takenAt: now(), text } satisfies Page);
    }
    return lock;
  }

  async function resolve(name: string, version: string): Promise<Result<string, string>> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const work = await mkdtemp(join(folder, 'work-'));
    try {
      await writeFile(join(work, 'package.json'), manifestOf(name, version));
      const answer = await npm(['install', '--package-lock-only'], work, RESOLVE_MS_MAX);
      return answer.ok
        ? { ok: true, value: await readFile(join(work, 'package-lock.json'), 'utf8') }
        : { ok: false, refusal: answer.reason };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  return {
    async find(name, version, bin, digest) {
      const named = digest === undefined ? null : await page(digest);
      if (named !== null) return readLock(named.text, name, version, bin);
      const recent = await page(`${name}@${version}`);
      const isRecent = recent !== null && now() - recent.takenAt < RECENT_MS;
      const lock = isRecent ? readLock(recent.text, name, version, bin) : await ask(name, version, bin);
      if (!lock.ok || digest === undefined || lock.value.digest === digest) return lock;
      return { ok: false, refusal: 'what it depends on is no longer what was planned' };
    },

    async dropOld() {
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name);
        if (now() - (await stat(path)).mtimeMs > NAMED_MS) await rm(path, { recursive: true, force: true });
      }
    },
  };
}
