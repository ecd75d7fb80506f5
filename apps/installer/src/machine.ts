import type { Clock } from './capture/capture-server.ts';
import type { Place } from './clients/client-files.ts';
import type { Roots } from './files/roots.ts';
import type { KeyedHash } from './inventory/keyed-hash.ts';

/** What the installer knows of the machine it works on; all of it handed in. */
export interface Machine {
  readonly installerId: string;
  readonly hostname: string;
  readonly place: Place;
  readonly roots: Roots;
  /** The environment clients of this user would have: references resolve from it, PATH is searched in it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What makes a file a program here: nothing on POSIX, `.exe`, `.cmd` and so on where Windows says so. */
  readonly executableExtensions: readonly string[];
  /** The user this process runs as; null where the system knows none (Windows). */
  readonly userId: number | null;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
  /** Program and first arguments that start this installer again, for entries that go through its launcher. */
  readonly launcher: readonly string[];
  readonly dataDir: string;
}
