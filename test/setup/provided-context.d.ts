import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine that this run of the coordinator's tests is held against. */
    database: 'postgres' | 'pglite';
    /** How many installers dial in at once in the fleet test. */
    fleet: number;
    /** How long the chaos test goes on, and the seed of its faults and work; provided in `e2e`. */
    chaos: { seconds: number; seed: number };
    /** A superuser's URL of the private PostgreSQL, database `postgres`; provided in every project but `unit` and `coordinator-pglite`. */
    pgUrl: string;
  }
}
