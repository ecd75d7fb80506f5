import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJsonDurably } from '@mcp-coordinator/client/agent/durable-json';
import type { Definitions } from '@mcp-coordinator/contract/inventory.contract';
import type { ConfiguredServer } from '../inventory/configured-servers.ts';
import { type KeyedHash, stableText } from '../inventory/keyed-hash.ts';
import { unwrapLaunch } from '../secrets/launcher-entry.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { type Clock, captureServer } from './capture-server.ts';
import { hideValues } from './hide-values.ts';
import { startSpec } from './start-spec.ts';

const FRESH_MS = 86_400_000;
const AT_ONCE_MAX = 3;

/** Everything captures need of the machine. */
export interface CaptureSettings {
  readonly on: boolean;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
  readonly secretStore: SecretStore;
  /** How long a server may take to start; a minute when absent. */
  readonly startMsMax?: number;
}

interface Page {
  readonly takenAt: number;
  readonly definitions: Definitions;
}

/** What servers said of themselves, kept for a day by launch specification: over restarts, and without asking twice at once. */
export class CaptureBook {
  readonly #settings: CaptureSettings;
  readonly #underWay = new Map<string, Promise<Definitions>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(settings: CaptureSettings) {
    this.#settings = settings;
  }

  /** What is known now; a missing or old page is captured in the background meanwhile. */
  async known(server: ConfiguredServer): Promise<Definitions> {
    const page = await this.#usable(server);
    if (page === 'no') return this.#unknown(server);
    if (page !== null && this.#isFresh(page)) return page.definitions;
    void this.#capture(server).catch(() => undefined);
    return page?.definitions ?? { status: 'unknown', reason: 'its definitions are being captured' };
  }

  /** Whether the last look at it, however old, ended without an answer. Starts nothing. */
  async lastFailed(server: ConfiguredServer): Promise<boolean> {
    const page = await this.#usable(server);
    return page !== null && page !== 'no' && page.definitions.status === 'failed';
  }

  /** Captures what is missing, older than a day, or failed last time, and waits for it until `patience` ends. */
  async fresh(server: ConfiguredServer, patience?: Promise<void>): Promise<Definitions> {
    const page = await this.#usable(server);
    if (page === 'no') return this.#unknown(server);
    if (page !== null && this.#isFresh(page) && page.definitions.status === 'captured') return page.definitions;
    const capture = this.#capture(server);
    if (patience === undefined) return capture;
    const late = patience.then(
      (): Definitions => page?.definitions ?? { status: 'unknown', reason: 'it is still being started' },
    );
    return Promise.race([capture, late]);
  }

  /** Starts the server now, whatever is known of it. Null where captures are switched off. */
  async again(server: ConfiguredServer): Promise<Definitions | null> {
    return this.#settings.on ? this.#capture(server) : null;
  }

  #unknown({ launch }: ConfiguredServer): Definitions {
    return {
      status: 'unknown',
      reason: launch.enabled ? 'captures are switched off on this installer' : 'it is switched off',
    };
  }

  async #usable(server: ConfiguredServer): Promise<Page | null | 'no'> {
    if (!this.#settings.on || !server.launch.enabled) return 'no';
    return readJson<Page>(this.#path(server)).catch(() => null);
  }

  #isFresh({ takenAt }: Page): boolean {
    const age = this.#settings.clock.now() - takenAt;
    return age >= 0 && age < FRESH_MS;
  }

  #capture(server: ConfiguredServer): Promise<Definitions> {
    const path = this.#path(server);
    const before = this.#underWay.get(path);
    if (before !== undefined) return before;
    const work = this.#inTurn(() => this.#captureNow(server, path)).finally(() => this.#underWay.delete(path));
    this.#underWay.set(path, work);
    return work;
  }

  async #captureNow(server: ConfiguredServer, path: string): Promise<Definitions> {
    const { environment, home, folder, clock, startMsMax } = this.#settings;
    const specified = startSpec(server.launch, { environment, home, folder: server.file.folder });
    const definitions: Definitions = specified.ok
      ? await captureServer(specified.spec, {
          clock,
          ...(startMsMax === undefined ? {} : { timeoutMs: startMsMax }),
          hide: hideValues(server.launch, specified.spec, await this.#handedOver(server)),
        })
      : { status: 'unknown', reason: specified.reason };
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeJsonDurably(path, { takenAt: clock.now(), definitions } satisfies Page);
    return definitions;
  }

  /** What the launcher gives the server past its entry. */
  async #handedOver({ launch }: ConfiguredServer): Promise<string[]> {
    const { secretSet } = unwrapLaunch(launch);
    const kept = secretSet === null ? null : await this.#settings.secretStore.read(secretSet);
    return Object.values(kept?.values ?? {});
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE_MAX) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  /** Named by what would be started, values included, under the machine's key. */
  #path({ launch, file }: ConfiguredServer): string {
    const { transport, command, args, env, cwd, url, headers } = launch;
    const hash = this.#settings.keyedHash(
      stableText({ transport, command, args, env, cwd, url, headers, folder: file.folder }),
    );
    return join(this.#settings.folder, `${hash.replace(/^.*:/, '')}.json`);
  }
}
