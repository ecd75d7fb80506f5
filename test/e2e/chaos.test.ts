import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { checkHistory } from '../chaos/check-history.ts';
import { createNemesis } from '../chaos/nemesis.ts';
import { readEvidence } from '../chaos/read-evidence.ts';
import { seeded } from '../chaos/seeded.ts';
import { createWorkload } from '../chaos/workload.ts';
import { openWorld, type World } from '../chaos/world.ts';
import { accepted, eventually, signIn } from './people.ts';

const { seconds, seed } = inject('chaos');
const WORKERS = 3;
/** Executions whose coordinator died go on within ten seconds; each is then a matter of seconds. */
const SETTLE_MS = 120_000;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const { place } of world.cluster.instances) process.stderr.write(`${place.log().slice(-6000)}\n`);
});
afterAll(() => world?.close());

const unfinished = (): string[] => {
  const { executions, audit } = readEvidence(world);
  const open = executions.filter(({ status }) => ['running', 'rolling_back'].includes(status)).map(({ id }) => id);
  return [...open, ...audit.filter(({ inTree }) => !inTree).map(({ action }) => action)];
};

it(`nothing that must hold is broken by ${seconds} seconds of faults, seed ${seed}`, {
  timeout: (seconds + 180) * 1_000,
}, async () => {
  const chance = seeded(seed);
  const nemesis = createNemesis(world, seeded(seed + 1));
  const workload = createWorkload(world, nemesis, chance);
  world.onReplaced = (machine) => nemesis.reached('written', machine);
  const workers = Array.from({ length: WORKERS }, () => workload.work());
  const faults = nemesis.run();
  await pause(seconds * 1_000);
  nemesis.stop();
  await faults;
  workload.stop();
  await Promise.all(workers);
  await world.healthy();
  await eventually(() => {
    expect(unfinished()).toEqual([]);
    return Promise.resolve();
  }, SETTLE_MS);

  const evidence = readEvidence(world);
  const violations = checkHistory({ acknowledged: workload.acknowledged, evidence });
  const byStatus = Object.groupBy(evidence.executions, ({ status }) => status);
  const counts = {
    ...{ seed, seconds },
    faults: nemesis.counts,
    acknowledged: workload.acknowledged.length,
    notAnswered: workload.failures.length,
    executions: Object.fromEntries(Object.entries(byStatus).map(([status, list = []]) => [status, list.length])),
    actions: evidence.executions.flatMap(({ actions }) => actions).filter(({ status }) => status !== 'skipped').length,
    auditRecords: evidence.audit.length,
    violations: violations.length,
  };
  process.stdout.write(`chaos: ${JSON.stringify(counts)}\n`);
  expect(violations, violations.map(({ rule, what }) => `${rule}: ${what}`).join('\n')).toEqual([]);
  expect(workload.acknowledged.filter(({ kind }) => kind === 'start').length).toBeGreaterThan(0);
  expect(accepted(await (await signIn(world.cluster.url)).call.verifyAudit())).toMatchObject({ valid: true });
});
