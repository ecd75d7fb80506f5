import { applyChange } from '../changes/apply-change.ts';
import type { CHANGE_STEPS } from '../changes/executor.ts';
import { rollbackChange } from '../changes/rollback-change.ts';
import { makeExecutor, type Roots } from './installer-rig.ts';

/** Runs one change and dies by SIGKILL where it is told to; prints the outcome when it gets that far. */
const { roots, request, action, dieAt } = JSON.parse(process.argv[2] ?? '') as {
  roots: Roots;
  request: Parameters<typeof applyChange>[1];
  action: Parameters<typeof applyChange>[2];
  dieAt: (typeof CHANGE_STEPS)[number] | null;
};
const executor = await makeExecutor(roots);
const deadly = {
  ...executor,
  reached: (step: string) => (step === dieAt ? process.kill(process.pid, 'SIGKILL') && undefined : undefined),
};
const quiet = () => undefined;
const outcome = await (request.operation === 'apply'
  ? applyChange(deadly, request, action, quiet)
  : rollbackChange(deadly, request, quiet));
process.stdout.write(JSON.stringify(outcome));
