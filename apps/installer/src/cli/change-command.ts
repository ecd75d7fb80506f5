import { randomUUID } from 'node:crypto';
import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { deskOf, type Executor } from '../changes/executor.ts';
import { previewChanges } from '../changes/preview-changes.ts';
import type { Authority } from '../tools/authority.ts';
import { agreedChange } from '../tools/change-tool.ts';
import {
  type ConsentOptions,
  consents,
  EXIT,
  type Exit,
  type OutputOptions,
  printJson,
  type Terminal,
} from './terminal.ts';

type Planned =
  | { readonly ok: true; readonly plans: readonly ActionPlan[]; readonly actions: readonly Action[] }
  | { readonly ok: false };

async function planned(executor: Executor, actions: readonly Action[], terminal: Terminal): Promise<Planned> {
  const { plans, resolvedActions, refused } = await previewChanges(actions, deskOf(executor));
  for (const { reason } of refused) terminal.say(reason);
  return refused.length > 0 ? { ok: false } : { ok: true, plans, actions: resolvedActions };
}

const saidOf = ({ intents, diff, steps }: ActionPlan): string =>
  [
    ...intents.map(({ verb, text }) => `${verb}: ${text}`),
    ...steps.filter(({ result }) => result === 'unknown').map(({ step, observed }) => `${step}: ${observed}`),
    '',
    diff,
  ].join('\n');

/** Shows what would be done, and does nothing. */
export async function planCommand(
  executor: Executor,
  actions: readonly Action[],
  terminal: Terminal,
  { json = false }: OutputOptions,
): Promise<Exit> {
  const known = await planned(executor, actions, terminal);
  if (!known.ok) return EXIT.refused;
  if (json) printJson(terminal, { plans: known.plans, actions: known.actions });
  else for (const plan of known.plans) terminal.data(`${saidOf(plan)}\n`);
  return EXIT.done;
}

/** Shows what would be done, asks, and does it; the first change that fails ends it, with the ones before undone by `undo`. */
export async function applyCommand(
  executor: Executor,
  { propose }: Pick<Authority, 'propose'>,
  actions: readonly Action[],
  terminal: Terminal,
  options: ConsentOptions,
): Promise<Exit> {
  if (propose !== null) return proposeAll(propose, actions, terminal, options);
  const known = await planned(executor, actions, terminal);
  if (!known.ok) return EXIT.refused;
  for (const plan of known.plans) terminal.say(saidOf(plan));
  if (!(await consents(terminal, 'Do this?', options))) return EXIT.refused;
  const executionId = `local-${randomUUID()}`;
  const outcomes = [];
  for (const [index, action] of known.actions.entries()) {
    const call = { operation: 'apply', action, executionId } as const;
    const outcome = await agreedChange(executor, call, known.plans[index]?.planDigest ?? '', terminal.say);
    outcomes.push(outcome);
    if (outcome.status === 'completed') continue;
    terminal.say(outcome.error ?? outcome.status);
    break;
  }
  if (options.json === true) printJson(terminal, { executionId, outcomes });
  else terminal.data(`${executionId}\n`);
  const done = outcomes.every(({ status }) => status === 'completed');
  if (done) terminal.say(`Done. \`mcp-installer undo ${executionId}\` takes it back.`);
  return done ? EXIT.done : EXIT.refused;
}

/** Where there is a coordinator, people decide there. */
async function proposeAll(
  propose: NonNullable<Authority['propose']>,
  actions: readonly Action[],
  terminal: Terminal,
  { json = false }: OutputOptions,
): Promise<Exit> {
  const proposals = [];
  for (const action of actions) {
    const proposed = await propose(action);
    if (!proposed.ok) {
      terminal.say(proposed.refusal.detail);
      return EXIT.refused;
    }
    proposals.push(proposed.value);
    if (!json) terminal.data(`${proposed.value.url}\n`);
    terminal.say('Proposed. Nothing was changed yet; a person decides on that page.');
  }
  if (json) printJson(terminal, { proposals });
  return EXIT.done;
}
