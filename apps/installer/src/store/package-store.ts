import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readJson, writeJsonDurably } from '@mcp-coordinator/client/agent/durable-json';
import { accept, type Result } from '@mcp-coordinator/core/result';
import { syncFolder } from '../files/atomic-write.ts';
import { withFileLock } from '../files/file-lock.ts';
import { type LockBook, openLockBook } from './lock-book.ts';
import { manifestOf, type NpmLock } from './npm-lock.ts';
import type { RunNpm } from './run-npm.ts';
import { treeDigest, treeStamp } from './tree-digest.ts';

const INSTALL_MS_MAX = 120_000;
/** A change that is being made has not written its entry yet. */
const UNUSED_MS = 86_400_000;
/** Another installer may be fetching the same package. */
const PATIENCE = { tries: 1300, pauseMs: 100 };
const SEAL = 'store.json';
const STAGING = '.new';

/** One package with all it needs, in a folder that its content names. It need not be there yet. */
export interface StoredPackage {
  readonly name: string;
  readonly version: string;
  readonly lock: NpmLock;
  readonly folder: string;
  /** The program, as Node is told to run it. */
  readonly program: string;
}

/** Written last: a folder without it is no package. `tree` is the digest of everything beside it. */
interface Seal {
  readonly name: string;
  readonly version: string;
  readonly bin: string;
  readonly lock: string;
  readonly tree: string;
  /** Of the same files, as the system notes them. */
  readonly stamp: string;
}

/** The moments of an installation that a crash could follow; tests die there. */
export type StoreStep = 'fetched' | 'sealed' | 'moved';

export interface StoreSettings {
  readonly folder: string;
  readonly npm: RunNpm;
  readonly now: () => number;
  readonly reached?: (step: StoreStep) => void;
}

/**
 * npm packages that are installed once, checked against the registry's checksums, without running anything of theirs, and then
 * started by Node itself: no registry is asked at a start, and what starts is what was approved.
 */
export class PackageStore {
  readonly #settings: StoreSettings;
  readonly #packages: string;
  readonly #locks: LockBook;

  constructor(settings: StoreSettings) {
    this.#settings = settings;
    this.#packages = join(settings.folder, 'npm');
    this.#locks = openLockBook(join(settings.folder, 'locks'), settings);
  }

  /** Says what would be kept, and where. Asks the registry unless `lock`, or a recent answer, says it; runs and changes nothing. */
  async plan(name: string, version: string, bin: string | null, lock?: string): Promise<Result<StoredPackage, string>> {
    const found = await this.#locks.find(name, version, bin, lock);
    if (!found.ok) return found;
    const { digest, program } = found.value;
    const folder = join(this.#packages, folderName(name, version, digest));
    return accept({ name, version, lock: found.value, folder, program: join(folder, program) });
  }

  /** Makes sure that the package is there, whole. Answers what was done. */
  async keep(wanted: StoredPackage): Promise<Result<'was there' | 'installed', string>> {
    await mkdir(this.#packages, { recursive: true, mode: 0o700 });
    const done = await withFileLock(wanted.folder, () => this.#keepAlone(wanted), PATIENCE);
    return done ?? { ok: false, refusal: 'another installer has been fetching it for too long' };
  }

  /** What is wrong with a folder of the store, or null where it is as it was sealed. */
  async problem(folder: string): Promise<string | null> {
    const seal = await readJson<Seal>(join(folder, SEAL)).catch(() => null);
    if (seal === null) return 'it was never completed';
    return (await treeDigest(folder, [SEAL])) === seal.tree ? null : 'its files are not those that were installed';
  }

  /** Quickly where nothing was touched since; by every byte where something was, or the folder was copied. */
  async #isWhole(folder: string): Promise<boolean> {
    const seal = await readJson<Seal>(join(folder, SEAL)).catch(() => null);
    if (seal === null) return false;
    return (await treeStamp(folder, [SEAL])) === seal.stamp || (await this.problem(folder)) === null;
  }

  async #marksOf(folder: string): Promise<Pick<Seal, 'tree' | 'stamp'>> {
    return { tree: await treeDigest(folder, [SEAL]), stamp: await treeStamp(folder, [SEAL]) };
  }

  async #keepAlone(wanted: StoredPackage): Promise<Result<'was there' | 'installed', string>> {
    const staging = `${wanted.folder}${STAGING}`;
    await rm(staging, { recursive: true, force: true });
    if (await this.#isWhole(wanted.folder)) {
      const now = new Date(this.#settings.now());
      await utimes(wanted.folder, now, now);
      return accept('was there');
    }
    const installed = await this.#install(wanted, staging);
    if (!installed.ok) await rm(staging, { recursive: true, force: true });
    return installed;
  }

  async #install(wanted: StoredPackage, staging: string): Promise<Result<'installed', string>> {
    const { name, version, lock, folder } = wanted;
    await mkdir(staging, { recursive: true, mode: 0o700 });
    await writeFile(join(staging, 'package.json'), manifestOf(name, version));
    await writeFile(join(staging, 'package-lock.json'), lock.text);
    const answer = await this.#settings.npm(['ci'], staging, INSTALL_MS_MAX);
    if (!answer.ok) return { ok: false, refusal: answer.reason };
    this.#settings.reached?.('fetched');
    const start = await readFile(join(staging, lock.program), 'utf8').catch(() => null);
    if (start === null) return { ok: false, refusal: `${lock.program} is not in it` };
    if (start.startsWith('#!') && !/^#!.*\bnode\b/.test(start.slice(0, 200)))
      return { ok: false, refusal: `${lock.program} is no program for Node` };
    const seal: Seal = { name, version, bin: lock.bin, lock: lock.digest, ...(await this.#marksOf(staging)) };
    await writeJsonDurably(join(staging, SEAL), seal);
    this.#settings.reached?.('sealed');
    // One that is not as it was sealed makes room.
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
    await syncFolder(this.#packages);
    this.#settings.reached?.('moved');
    return accept('installed');
  }

  /** What a program of the store belongs to, or null for any other path. */
  async packageAt(
    program: string,
  ): Promise<(Pick<Seal, 'name' | 'version' | 'bin'> & { readonly folder: string }) | null> {
    const folder = this.folderOf(program);
    const seal = folder === null ? null : await readJson<Seal>(join(folder, SEAL)).catch(() => null);
    return seal === null || folder === null ? null : { name: seal.name, version: seal.version, bin: seal.bin, folder };
  }

  folderOf(program: string): string | null {
    const prefix = join(this.#packages, '/');
    const [name = ''] = program.startsWith(prefix) ? program.slice(prefix.length).split(/[\\/]/) : [];
    return name === '' || name.startsWith('.') ? null : join(this.#packages, name);
  }

  /** Every folder of the store, those included that a killed installer left half made. */
  async folders(): Promise<string[]> {
    const names = await readdir(this.#packages).catch(() => []);
    return names.filter((name) => !name.startsWith('.')).map((name) => join(this.#packages, name));
  }

  /** Drops what no text names any more and nobody has asked for lately. Answers what went. */
  async dropUnused(namedIn: readonly string[]): Promise<string[]> {
    const gone: string[] = [];
    for (const folder of await this.folders()) {
      const name = basename(folder).replace(STAGING, '');
      const age = this.#settings.now() - (await stat(folder)).mtimeMs;
      if (age < UNUSED_MS || namedIn.some((text) => text.includes(name))) continue;
      await withFileLock(folder.replace(STAGING, ''), () => rm(folder, { recursive: true, force: true }), PATIENCE);
      gone.push(name);
    }
    await this.#locks.dropOld();
    return gone;
  }
}

/** Readable, and another for every other content. */
const folderName = (name: string, version: string, digest: string): string =>
  `${name.replace('/', '+')}@${version}-${digest.replace(/^.*:/, '').slice(0, 16)}`;
