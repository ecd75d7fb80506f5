import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/setup/count-reporter.ts';
import { StallReporter } from './test/setup/stall-reporter.ts';

const inRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const postgres = inRoot('./test/setup/postgres.ts');

/** Installers of the fleet test: a handful, or what `npm run bench:fleet` asks for. */
const FLEET_SMALL = 20;
// biome-ignore lint/style/noProcessEnv: how many is said on the command line of the bench
const fleet = Number(process.env['FLEET'] ?? FLEET_SMALL);

/** Seconds of faults in the chaos test: a short form, or what `npm run test:chaos` asks for; and what they are drawn from. */
const CHAOS_SHORT_SECONDS = 8;
const chaos = {
  // biome-ignore lint/style/noProcessEnv: said on the command line
  seconds: Number(process.env['CHAOS_SECONDS'] ?? CHAOS_SHORT_SECONDS),
  // biome-ignore lint/style/noProcessEnv: said on the command line
  seed: Number(process.env['CHAOS_SEED'] ?? 5),
};

const coordinatorTests = {
  include: ['apps/coordinator/{src,migrations}/**/*.test.ts'],
  exclude: ['**/*.unit.test.ts'],
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    root: inRoot('.'),
    reporters: [process.stdout.isTTY ? 'default' : 'dot', new StallReporter(), new CountReporter()],
    // A worker with an embedded database holds half a gigabyte: more than four of them help nobody.
    maxWorkers: Math.min(4, availableParallelism()),
    // For machines that do other things too: a limit here ends what hangs, it does not measure.
    testTimeout: 20_000,
    restoreMocks: true,
    unstubEnvs: true,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.{ts,tsx}', '**/testing/**'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/{installer,compliance,dashboard,cli}/src/**/*.test.{ts,tsx}',
            'apps/coordinator/src/**/*.unit.test.ts',
            'test/{architecture,chaos,scripts}/**/*.test.ts',
          ],
        },
      },
      // The same files on both engines: what holds on one only is no rule of ours.
      {
        extends: true,
        test: {
          ...coordinatorTests,
          name: 'coordinator-postgres',
          globalSetup: [postgres],
          provide: { database: 'postgres', fleet },
        },
      },
      {
        extends: true,
        test: {
          ...coordinatorTests,
          // Several processes on one database, which the embedded one does not let in.
          exclude: [...coordinatorTests.exclude, '**/*.postgres.test.ts'],
          name: 'coordinator-pglite',
          provide: { database: 'pglite', pgUrl: '', fleet: FLEET_SMALL },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: [postgres],
          provide: { chaos },
          testTimeout: 120_000,
          hookTimeout: 300_000,
          // Whole systems and browsers: they mostly wait, but after everything else, or they starve one another.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
