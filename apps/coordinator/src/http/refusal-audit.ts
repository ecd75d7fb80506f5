import type { AuditAction } from '@mcp-coordinator/contract/audit.contract';
import { REFUSALS, type Refusal } from '@mcp-coordinator/contract/refusals';
import type { RouteName } from '@mcp-coordinator/contract/routes';
import type { AppendAudit } from '../modules/audit/audit.module.ts';
import type { Clock } from '../runtime.ts';
import type { Anonymous, Caller } from './caller.ts';

/** Routes whose refusals have a name of their own; elsewhere a 403 is `access_denied`, the rest `request_refused`. */
const REFUSED: Partial<Record<RouteName | 'link' | 'events' | 'hop', AuditAction>> = {
  decideApproval: 'approval_refused',
  executeRemediation: 'execution_refused',
  cancelExecution: 'execution_refused',
  rollbackExecution: 'execution_refused',
  proposeRemediation: 'remediation_refused',
  generateRemediation: 'remediation_refused',
  requestAssessment: 'assessment_refused',
  mintApprovalToken: 'approval_token_refused',
};

export interface RefusedCall {
  /** `link` is a server that dials in, `events` the WebSocket of events, `hop` another instance. */
  route: RouteName | 'link' | 'events' | 'hop';
  caller: Caller | Anonymous;
  address: string;
  target: string;
  refusal: Refusal;
  requestId: string;
}

const MINUTE_MS = 60_000;

/**
 * Records refused attempts, each in a transaction of its own after the refused one was undone. Those without a credential
 * come in sums by address and minute: anyone can make them, and must not be able to fill the log.
 */
export function createRefusalAudit({ clock, appendAudit }: { clock: Clock; appendAudit: AppendAudit }) {
  const sums = new Map<string, { address: string; count: number; since: Date }>();

  const flush = async (before: Date): Promise<void> => {
    const due = [...sums.values()].filter(
      (sum) => before.getTime() - sum.since.getTime() >= MINUTE_MS || sums.size > 1000,
    );
    for (const sum of due) {
      sums.delete(sum.address);
      const details = { attempts: sum.count, since: sum.since.toISOString(), address: sum.address };
      const entry = {
        action: 'access_denied',
        actor: 'anonymous',
        target: sum.address,
        result: 'denied',
        details,
      } as const;
      await appendAudit(entry);
    }
  };

  return {
    record: async ({ route, caller, address, target, refusal, requestId }: RefusedCall): Promise<void> => {
      if (caller.kind === 'anonymous') {
        // Failed logins have records of their own.
        if (route === 'login') return;
        const sum = sums.get(address) ?? { address, count: 0, since: clock() };
        sums.set(address, { ...sum, count: sum.count + 1 });
        return flush(clock());
      }
      // Whoever cannot be understood or finds nothing has attempted nothing.
      const { status } = REFUSALS[refusal.code];
      if (![403, 409, 422].includes(status) || refusal.code === 'invalid_request') return;
      const action = REFUSED[route] ?? (status === 403 ? 'access_denied' : 'request_refused');
      const details = { route, code: refusal.code, detail: refusal.detail };
      await appendAudit({ action, actor: caller.actor, target, result: 'denied', details, requestId });
    },
    /** Writes what is still summed up, before a stop. */
    stop: () => flush(new Date(clock().getTime() + MINUTE_MS)),
  };
}
export type RefusalAudit = ReturnType<typeof createRefusalAudit>;
