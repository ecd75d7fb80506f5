import type { AgentLog } from '@mcp-coordinator/client/agent/agent-options';
import { createClient, UnreachableError } from '@mcp-coordinator/client/http';
import type { Drift } from '@mcp-coordinator/contract/inventory.contract';
import type { Executor } from '../changes/executor.ts';
import { takeInventory } from '../inventory/take-inventory.ts';
import { type DriftWatch, watchDrift } from './watch-drift.ts';

const PUSH_MS_MAX = 30_000;

export interface DriftReport {
  readonly executor: Executor;
  readonly coordinatorUrl: string;
  readonly apiKey: string;
  /** The id this installer is registered under. */
  readonly serverId: string;
  readonly log: AgentLog;
}

/** Tells the coordinator of every change from outside: the inventory as it is now, with what changed marked in it. */
export async function reportDrift(report: DriftReport): Promise<DriftWatch> {
  const { executor, log } = report;
  let waiting: Drift[] = [];
  let isPushing = false;
  const push = async (): Promise<void> => {
    while (waiting.length > 0) {
      const drift = waiting;
      waiting = [];
      await pushInventory(report, drift);
    }
  };
  const watch = await watchDrift({
    executor,
    onDrift(drift) {
      waiting.push(...drift);
      // Changes that come while one report is under way go into the next.
      if (isPushing) return;
      isPushing = true;
      void push()
        .catch((error: unknown) => log.warn({ reason: String(error) }, 'a change from outside could not be reported'))
        .finally(() => {
          isPushing = false;
        });
    },
    onError: (error) => log.warn({ reason: String(error) }, 'the configuration files could not be looked at'),
  });
  log.info({}, 'watching the configuration files');
  return watch;
}

async function pushInventory(
  { executor, coordinatorUrl, apiKey, serverId, log }: DriftReport,
  drift: Drift[],
): Promise<void> {
  const inventory = await takeInventory(executor.machine, (server) => executor.captures.known(server));
  const client = createClient({ baseUrl: coordinatorUrl, credential: { kind: 'bearer', token: apiKey } });
  const files = drift.map(({ path }) => path);
  try {
    const answer = await client.syncConfiguration(
      { params: { id: serverId }, body: { ...inventory, drift } },
      { signal: AbortSignal.timeout(PUSH_MS_MAX) },
    );
    if (answer.ok) log.info({ files }, 'reported a change from outside');
    else log.warn({ files, reason: answer.refusal.detail }, 'the coordinator did not take the report of a change');
  } catch (error) {
    // It asks for the inventory itself as soon as the link is up again.
    if (!(error instanceof UnreachableError)) throw error;
    log.info({ files }, 'the coordinator cannot be reached, so a change from outside was not reported');
  }
}
