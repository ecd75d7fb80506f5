import { setTimeout as pause } from 'node:timers/promises';
import { type MachineCounters, readMachine } from './machine-counters.ts';
import { type MachineFigures, machineFigures } from './machine-figures.ts';

/** The machine this process runs on. Usage and rates are those since the last call. */
export interface Machine {
  measure(): Promise<MachineFigures>;
}

/** The first call has no call before it: it looks twice. */
const FIRST_SPAN_MS = 100;

export function createMachine(dataDir: string): Machine {
  let last: MachineCounters | undefined;
  return {
    measure: async () => {
      if (last === undefined) {
        last = await readMachine(dataDir);
        await pause(FIRST_SPAN_MS);
      }
      const before = last;
      last = await readMachine(dataDir);
      return machineFigures(before, last);
    },
  };
}
