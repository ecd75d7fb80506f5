import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './atomic-write.ts';

const DAY_MS = 86_400_000;
/** How long the bytes before a change are kept. */
export const SNAPSHOT_DAYS = 90;

/** Bytes of files before changes, each under an id. They hold whatever secrets the files hold: folder 0700, files 0600. */
export class Snapshots {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Durable when it answers: the bytes are on disk before the change that would need them begins. */
  async keep(bytes: Uint8Array): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const id = randomUUID();
    const file = await open(this.#path(id), 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(this.#folder);
    return id;
  }

  /** Null when retention has dropped it. */
  read(id: string): Promise<Buffer | null> {
    return readFile(this.#path(id)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  /** The text of every one that is kept, for finding what they name. */
  async texts(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return Promise.all(names.map((name) => readFile(join(this.#folder, name), 'utf8').catch(() => '')));
  }

  async dropOlderThan(nowMs: number, days = SNAPSHOT_DAYS): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      const age = nowMs - (await stat(path)).mtimeMs;
      if (age > days * DAY_MS) await unlink(path);
    }
  }

  #path(id: string): string {
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('a snapshot id out of the journal is not one');
    return join(this.#folder, id);
  }
}
