import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** A secret that is made once, kept in a folder with mode 0600, and can be renewed. */
export interface KeptSecret {
  /** The present one, and the one before it while a renewal is under way. */
  read(): [string, ...string[]];
  /** Makes a new one and keeps the old one beside it. Where that was begun before, it is gone on with: nothing is made. */
  renew(): [string, ...string[]];
  /** Forgets the one before. */
  settle(): void;
}

const SECRET_BYTES = 32;

export function keptSecret(folder: string, name: string): KeptSecret {
  const file = join(folder, name);
  const previous = join(folder, `${name}.previous`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFirst(file, newSecret());

  const read = (): [string, ...string[]] => {
    const present = readSecret(file);
    const before = existsSync(previous) ? readSecret(previous) : present;
    // The same twice is what a kill leaves between the two steps of a renewal.
    return before === present ? [present] : [present, before];
  };
  return {
    read,
    renew() {
      const kept = read();
      if (kept.length > 1) return kept;
      replace(previous, kept[0]);
      replace(file, newSecret());
      return read();
    },
    settle: () => rmSync(previous, { force: true }),
  };
}

const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

function readSecret(file: string): string {
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}

/** Never in the place of one that is there, whole or not at all. */
function writeFirst(file: string, secret: string): void {
  const draft = writeDraft(file, secret);
  try {
    linkSync(draft, file);
  } catch (error) {
    // Somebody else was first: theirs is the one.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

const replace = (file: string, secret: string): void => renameSync(writeDraft(file, secret), file);

/** On the disk before it gets its name: a key that is lost takes everything under it with it. */
function writeDraft(file: string, secret: string): string {
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, secret);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return draft;
}
