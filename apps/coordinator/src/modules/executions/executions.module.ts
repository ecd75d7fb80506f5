import type { Tx } from '../../db/schema.ts';
import type { Keys } from '../../keys.ts';
import type { NewId } from '../../runtime.ts';
import type { ProposalRow, RemediationsModule } from '../remediations/remediations.module.ts';
import { dropExecution } from './drop-execution.ts';
import type { ExecuteRemediationDeps } from './execute-remediation.ts';
import { lastMoves, orphanedExecutions, unfinishedExecutions } from './execution-lease.store.ts';
import { createExecutionsRoutes } from './executions.routes.ts';
import { findExecutionOf, insertExecution } from './executions.store.ts';
import { type RunExecutionDeps, runExecution } from './run-execution.ts';
import { createGrantSigner } from './sign-grant.ts';

export interface ExecutionsModuleDeps extends ExecuteRemediationDeps, Omit<RunExecutionDeps, 'grants' | 'isStopping'> {
  newId: NewId;
  keys: Pick<Keys, 'grants'>;
  /** `PUBLIC_URL`, the issuer of grants. */
  issuer: string;
  remediations: ExecuteRemediationDeps['remediations'] & RunExecutionDeps['remediations'];
}

const RESUME_EVERY_MS = 15_000;

export function createExecutionsModule(given: ExecutionsModuleDeps) {
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  const deps = { ...given, grants: createGrantSigner(given), isStopping: () => stopping };
  const { db, log, wakeUp } = deps;

  /** Wakes executions whose runner died; with `all`, every unfinished one, since no other process can be at work. */
  const resume = async (all: boolean): Promise<void> => {
    for (const { id } of await (all ? unfinishedExecutions(db) : orphanedExecutions(db))) {
      await db.transaction().execute((tx) => wakeUp(tx, 'execution', id));
    }
  };

  return {
    handlers: createExecutionsRoutes(deps),
    run: (id: string) => runExecution(deps, id),
    drop: (tx: Tx, proposalId: string, reason: string) => dropExecution(deps, tx, proposalId, reason),
    resume,
    lastMoves: () => lastMoves(db),
    start: (): void => {
      timer = setInterval(
        () =>
          void resume(false).catch((error: unknown) =>
            log.warn({ err: error }, 'unfinished executions could not be looked for; trying again'),
          ),
        RESUME_EVERY_MS,
      );
    },
    /** What runs here ends its present action, and goes on elsewhere or after the next start. */
    stop: (): void => {
      stopping = true;
      clearInterval(timer);
    },
  };
}

export type ExecutionsModule = ReturnType<typeof createExecutionsModule>;

/** Makes the execution that an approved proposal may start; the approvals module calls it in the approving transaction. */
export const prepareExecution =
  (deps: {
    newId: NewId;
    executorOf: RemediationsModule['executorOf'];
    clock: () => Date;
    complianceId: (tx: Tx) => Promise<string | undefined>;
  }) =>
  async (tx: Tx, proposal: ProposalRow): Promise<string> => {
    const id = deps.newId('exec');
    const complianceId = await deps.complianceId(tx);
    const steps = proposal.preview.plans.map((plan) => {
      const action = proposal.actions.find((one) => one.id === plan.actionId);
      const executorId = action && deps.executorOf(action, complianceId);
      if (!executorId) throw new Error(`no executor is known for ${plan.actionId} of ${proposal.id}`);
      return { plan, executorId };
    });
    await insertExecution(tx, { id, proposalId: proposal.id, now: deps.clock(), steps });
    return id;
  };

export const executionOf = async (tx: Tx, proposalId: string): Promise<string | null> =>
  (await findExecutionOf(tx, proposalId))?.id ?? null;
