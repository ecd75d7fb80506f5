import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { FleetOrder } from '../../testing/fleet-agents.ts';
import { startTestApp, type TestApp, until } from '../../testing/harness.ts';
import { type SecondCoordinator, startSecondCoordinator } from '../../testing/second-coordinator.ts';

/** A handful in every run, to see that it goes; `npm run bench:fleet` takes two thousand and holds them to their limits. */
const size = inject('fleet');
const IS_BENCH = size >= 1_000;
const KIB_PER_LINK_MAX = 96;
const P95_MS_MAX = 50;
const CALLS = 500;
const WITHIN_MS = 60_000 + size * 300;

let app: TestApp;
let second: SecondCoordinator;
const agents = fork(fileURLToPath(new URL('../../testing/fleet-agents.ts', import.meta.url)), { execArgv: [] });
beforeAll(async () => {
  app = await startTestApp();
  second = await startSecondCoordinator(app);
});
afterAll(async () => {
  const ended = once(agents, 'exit');
  agents.disconnect();
  await ended;
  await second.stop();
  await app.close();
});

const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
/** After the engine has settled: the lowest of several looks. */
async function residentBytes(): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < 5; look += 1) {
    globalThis.gc?.();
    looks.push(process.memoryUsage.rss());
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return Math.min(...looks);
}

it(`${size} installers hold their links to one instance, and the other one calls each of them`, {
  timeout: WITHIN_MS,
}, async () => {
  const keys: Record<string, string> = {};
  for (let index = 0; index < size; index += 1) {
    const id = `fleet-${index}`;
    keys[id] = (await app.machineKey('installer', id)).key;
  }
  const before = await residentBytes();
  const since = performance.now();
  agents.send({ base: app.base, keys } satisfies FleetOrder);
  expect(await once(agents, 'message')).toEqual(['dialled', undefined]);
  const healthy = () => app.database.db.selectFrom('servers').select('id').where('status', '=', 'healthy').execute();
  await until('all are healthy', async () => (await healthy()).length === size, WITHIN_MS);
  const linkedMs = Math.round(performance.now() - since);
  const kibPerLink = Math.round(((await residentBytes()) - before) / 1024 / size);

  const took: number[] = [];
  for (let call = 0; call < Math.min(CALLS, size * 4); call += 1) {
    const id = `fleet-${(call * 7) % size}`;
    const begun = performance.now();
    const answer = await second.coordinator.servers.call(
      id,
      'list_servers',
      INSTALLER_TOOLS.list_servers,
      {},
      { timeoutMs: 30_000 },
    );
    took.push(performance.now() - begun);
    expect(answer.ok, JSON.stringify(answer)).toBe(true);
  }
  took.sort((a, b) => a - b);
  const at = (share: number): number => Math.round((took[Math.ceil(took.length * share) - 1] ?? 0) * 10) / 10;
  if (!IS_BENCH) return;
  const figures = { links: size, linkedMs, kibPerLink, hopMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99) } };
  process.stdout.write(`${JSON.stringify({ ...figures, residentMb: megabytes(process.memoryUsage.rss()) })}\n`);
  expect(kibPerLink).toBeLessThan(KIB_PER_LINK_MAX);
  expect(figures.hopMs.p95).toBeLessThan(P95_MS_MAX);
});
