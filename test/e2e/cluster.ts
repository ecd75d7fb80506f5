import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { findHaproxy } from '../../scripts/bootstrap/find-programs.mjs';
import { type ExternalDatabase, makeDatabase } from './make-database.ts';
import { accepted, eventually, type Person, signIn } from './people.ts';
import { freePort, type Launched, launch, makePlace, type Place, type System, startSystem } from './start-system.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HAPROXY = `${ROOT}deploy/haproxy/haproxy.cfg`;

/** One coordinator of the cluster. */
export interface Instance {
  readonly place: Place;
  readonly port: number;
  /** The present run of it. */
  system: System;
  /** Starts it again, after it was stopped or killed, and waits until the proxy has found it. */
  start(): Promise<void>;
}

/** Two coordinators on one PostgreSQL behind the HAProxy of `deploy/`, as separate processes. */
export interface Cluster {
  /** What people and servers reach. */
  readonly url: string;
  readonly database: ExternalDatabase;
  readonly instances: readonly [Instance, Instance];
  readonly admin: Person;
  /** Starts an installer or a compliance server that dials in through the proxy, or over a road to it. */
  serve(
    kind: 'installer' | 'compliance',
    serverId: string,
    files?: Readonly<Record<string, string>>,
    road?: string,
  ): Promise<Served>;
  close(): Promise<void>;
}
export interface Served {
  readonly serverId: string;
  readonly place: Place;
  process: Launched;
  start(): Promise<void>;
}

export async function startCluster(
  pgUrl: string,
  name: string,
  /** By instance. */
  more: readonly [Record<string, string>, Record<string, string>] = [{}, {}],
): Promise<Cluster> {
  const database = makeDatabase(pgUrl, name, `${name}_user`, 'a password of the tests');
  const [proxyPort, ...ports] = await Promise.all([freePort(), freePort(), freePort()]);
  const url = `http://127.0.0.1:${proxyPort}`;
  const closing: (() => Promise<unknown>)[] = [];

  let proxySaid = '';
  /** What the proxy thinks of an instance, as whoever replaces one would look at it. */
  const seenByProxy = (name: 'a' | 'b') =>
    eventually(() => {
      const last = proxySaid.split('\n').findLast((line) => line.includes(`Server instances/${name} is `)) ?? '';
      expect(last).not.toContain('is DOWN');
      return Promise.resolve();
    });

  const instanceAt = async (name: 'a' | 'b', port: number, env: Record<string, string>): Promise<Instance> => {
    const place = makePlace();
    const options = {
      port,
      command: ['node', 'scripts/start.mjs', 'web'],
      env: {
        ...database.env,
        ...{
          PUBLIC_URL: url,
          TRUST_PROXY: '127.0.0.1',
          RATE_LIMIT_PER_MINUTE: '1000000',
          LOGIN_LIMIT_PER_MINUTE: '1000',
        },
        APPROVAL_SECOND_PERSON: 'false',
        ...env,
      },
    };
    const instance: Instance = {
      place,
      port,
      system: await startSystem(place, options),
      start: async () => {
        instance.system = await startSystem(place, options);
        await seenByProxy(name);
      },
    };
    closing.push(async () => {
      await instance.system.crash();
      place.remove();
    });
    return instance;
  };
  const a = await instanceAt('a', ports[0], more[0]);
  const b = await instanceAt('b', ports[1], more[1]);

  const proxy = spawn(findHaproxy() ?? 'haproxy', ['-db', '-f', HAPROXY], {
    env: { BIND: `127.0.0.1:${proxyPort}`, INSTANCE_A: `127.0.0.1:${a.port}`, INSTANCE_B: `127.0.0.1:${b.port}` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  proxy.stderr.on('data', (chunk: Buffer) => {
    proxySaid += chunk.toString();
  });
  closing.push(async () => {
    if (proxy.exitCode !== null) return;
    const ended = once(proxy, 'exit');
    proxy.kill('SIGKILL');
    await ended;
  });
  await reachable(url);
  const admin = await signIn(url);

  return {
    ...{ url, database, admin },
    instances: [a, b],
    serve: async (kind, serverId, files, road = url) => {
      const place = makePlace(files);
      const { key } = accepted(await admin.call.createApiKey({ body: { name: serverId, kind, serverId } }));
      const names =
        kind === 'installer'
          ? { INSTALLER_ID: serverId, INSTALLER_DATA_DIR: place.data }
          : { COMPLIANCE_ID: serverId, COMPLIANCE_DATA_DIR: place.data };
      const start = () =>
        launch(place, {
          command: [process.execPath, `apps/${kind}/src/main.ts`, 'serve'],
          env: { COORDINATOR_URL: road, COORDINATOR_API_KEY: key, ...names },
        });
      const served: Served = {
        serverId,
        place,
        process: await start(),
        start: async () => {
          served.process = await start();
        },
      };
      closing.push(async () => {
        await served.process.crash();
        place.remove();
      });
      return served;
    },
    close: async () => {
      for (const close of closing.reverse()) await close();
      database.drop();
    },
  };
}

/** Until the proxy has found an instance that is ready. */
async function reachable(url: string): Promise<void> {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} does not answer through the proxy`);
}
