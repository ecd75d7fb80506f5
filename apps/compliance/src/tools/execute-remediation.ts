import type { VerifyGrant } from '@mcp-coordinator/client/agent/grant-verifier';
import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { ActionOutcome, AssessedServer, COMPLIANCE_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import type { CallToolResult, McpServer, ServerContext } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { applyAction } from '../execution/apply-action.ts';
import { type Executor, tracked } from '../execution/executor.ts';
import { planAction } from '../execution/plan-action.ts';
import { rollbackAction } from '../execution/rollback-action.ts';
import { answer, failure } from './answers.ts';
import { askPerson } from './ask-person.ts';
import { type ChangeCall, refusedOutcome, requestByGrant, requestByPerson } from './authorise-action.ts';

type Call = z.infer<(typeof COMPLIANCE_TOOLS)['execute_remediation']['input']>;
type Output = z.infer<(typeof COMPLIANCE_TOOLS)['execute_remediation']['output']>;

/** Previews, carries out or takes back compliance actions. Without a link (`verifyGrant` null) the person at the client is asked. */
export async function executeRemediation(
  executor: Executor,
  verifyGrant: VerifyGrant | null,
  call: Call,
  server: McpServer,
  ctx: ServerContext,
) {
  if (call.operation === 'preview') return preview(executor, call.actions, call.servers);
  const [action, ...others] = call.actions;
  if (action === undefined || others.length > 0)
    return failure(`${call.operation} takes one action. Nothing was changed.`);
  const change: ChangeCall = { operation: call.operation, action, executionId: call.executionId, grant: call.grant };
  if (verifyGrant === null) return askThenChange(executor, change, call.servers, server, ctx);
  const request = await requestByGrant(verifyGrant, change);
  if (!request.ok) return settled({ outcome: refusedOutcome(change, request.refusal.detail) });
  return settled({ outcome: await carryOut(executor, change, request.value, call.servers) });
}

function preview(
  { store, clock }: Executor,
  actions: readonly Action[],
  servers: readonly AssessedServer[],
): CallToolResult {
  const plans: ActionPlan[] = [];
  const refused: NonNullable<Output['refused']> = [];
  for (const action of actions) {
    const planned = planAction(action, servers, store.state, clock.now());
    if (planned.ok) plans.push(planned.value.plan);
    else refused.push({ actionId: action.id, code: planned.refusal.code, reason: planned.refusal.detail });
  }
  const text = [
    ...refused.map(({ reason }) => reason),
    ...plans.flatMap(({ intents }) => intents.map((intent) => `${intent.verb}: ${intent.text}`)),
  ];
  return answer({ plans: refused.length > 0 ? [] : plans, refused }, text.join('\n'));
}

function carryOut(
  executor: Executor,
  { operation, action }: ChangeCall,
  request: ReturnType<typeof requestByPerson>,
  servers: readonly AssessedServer[],
) {
  return tracked(
    executor,
    operation === 'apply' ? applyAction(executor, request, action, servers) : rollbackAction(executor, request),
  );
}

async function askThenChange(
  executor: Executor,
  change: ChangeCall,
  servers: readonly AssessedServer[],
  server: McpServer,
  ctx: ServerContext,
) {
  if (change.grant !== undefined)
    return failure('Grants are honoured only over the link to the coordinator. Nothing was changed.');
  const subject = change.operation === 'apply' ? toApply(executor, change, servers) : await toUndo(executor, change);
  if (!subject.ok) return failure(subject.reason);
  const asked = askPerson(server, ctx, subject.planDigest, subject.question);
  switch (asked.state) {
    case 'open':
      return asked.ask;
    case 'cannot_ask':
      return failure(
        'This client cannot ask the person, and without an agreement nothing is changed. Use a client with elicitation, or a coordinator.',
      );
    case 'declined':
      return failure('The person declined. Nothing was changed.');
    case 'agreed':
      return settled({
        outcome: await carryOut(executor, change, requestByPerson(change, subject.planDigest), servers),
      });
  }
}

type Question =
  | { readonly ok: true; readonly planDigest: string; readonly question: string }
  | { readonly ok: false; readonly reason: string };

function toApply({ store, clock }: Executor, { action }: ChangeCall, servers: readonly AssessedServer[]): Question {
  const planned = planAction(action, servers, store.state, clock.now());
  if (!planned.ok) return { ok: false, reason: planned.refusal.detail };
  const { planDigest, intents } = planned.value.plan;
  return { ok: true, planDigest, question: intents.map(({ verb, text }) => `${verb}: ${text}`).join('\n') };
}

async function toUndo({ journal }: Executor, { action, executionId = '' }: ChangeCall): Promise<Question> {
  const record = await journal.record({ operation: 'apply', executionId, actionId: action.id });
  if (record === null) return { ok: false, reason: 'This action was never carried out here. Nothing was changed.' };
  return { ok: true, planDigest: record.planDigest, question: `Undo ${action.type} of ${action.serverName}?` };
}

const settled = ({ outcome }: { readonly outcome: ActionOutcome }): CallToolResult =>
  answer({ outcome }, [outcome.status, outcome.error ?? '', ...outcome.log].filter((line) => line !== '').join('\n'));
