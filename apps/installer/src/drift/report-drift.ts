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

/** What the contract takes in one report. */
const DRIFT_MAX = 2000;

export interface DriftReporting {
  /** Reports what could not be reported before: a link is up again. */
  again(): void;
  stop(): Promise<void>;
}

/**
 * Tells the coordinator of every change from outside, those included that were made while nobody watched: the inventory as it is
 * now, with what changed marked in it. What was not taken by anybody is told again, at the next start if need be.
 */
export async function reportDrift(report: DriftReport): Promise<DriftReporting> {
  const { executor, log } = report;
  let waiting: Drift[] = [];
  let pushing: Promise<void> | null = null;
  let watch: DriftWatch | undefined;
  const pushAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const drift = waiting;
      waiting = [];
      if (await pushInventory(report, drift)) continue;
      waiting = [...drift, ...waiting].slice(-DRIFT_MAX);
      return;
    }
    await watch?.remember();
  };
  /** Changes that come while one report is under way go into the next. */
  const push = (): void => {
    pushing ??= pushAll()
      .catch((error: unknown) => log.warn({ reason: String(error) }, 'a change from outside could not be reported'))
      .finally(() => {
        pushing = null;
      });
  };
  watch = await watchDrift({
    executor,
    onDrift(drift) {
      waiting.push(...drift);
      push();
    },
    onError: (error) => log.warn({ reason: String(error) }, 'the configuration files could not be looked at'),
  });
  push();
  log.info({}, 'watching the configuration files');
  return {
    again: push,
    async stop() {
      await watch?.stop();
      await pushing;
      if (waiting.length === 0) await watch?.remember();
    },
  };
}

/** False where nobody was there to take it. */
async function pushInventory(
  { executor, coordinatorUrl, apiKey, serverId, log }: DriftReport,
  drift: Drift[],
): Promise<boolean> {
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
    return true;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    log.info({ files }, 'the coordinator cannot be reached; a change from outside is reported when it is back');
    return false;
  }
}
