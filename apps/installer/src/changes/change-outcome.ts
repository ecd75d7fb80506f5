import type { ActionRequest } from '@mcp-coordinator/client/agent/action-journal';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';

/** Says what an action is doing, for progress notifications and the outcome's log. */
export type Report = (message: string) => void;

/** Collects an outcome while an action runs. `steady` is a clock for durations, in milliseconds. */
export class OutcomeDraft {
  readonly #request: Pick<ActionRequest, 'executionId' | 'actionId'>;
  readonly #steady: () => number;
  readonly #startedAt: number;
  readonly #report: Report;
  readonly #log: string[] = [];
  diff = '';

  constructor(request: Pick<ActionRequest, 'executionId' | 'actionId'>, steady: () => number, report: Report) {
    this.#request = request;
    this.#steady = steady;
    this.#startedAt = steady();
    this.#report = report;
  }

  note(message: string): void {
    this.#log.push(message);
    this.#report(message);
  }

  end(status: ActionOutcome['status'], error: string | null = null): ActionOutcome {
    const { executionId, actionId } = this.#request;
    const durationMs = Math.round(this.#steady() - this.#startedAt);
    return { executionId, actionId, status, error, diff: this.diff, log: [...this.#log], replayed: false, durationMs };
  }
}
