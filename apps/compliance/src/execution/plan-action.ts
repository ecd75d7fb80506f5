import { createHash } from 'node:crypto';
import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { RULE_IDS } from '../rules/rule-ids.ts';
import type { ComplianceState, Pin, Waiver } from './compliance-state.ts';
import { type ActionRefusal, findSubject } from './find-subject.ts';
import { definitionsDigest, pinnable, whyNotPinnable } from './pinned-definitions.ts';
import { pinnedLaunch } from './pinned-launch.ts';
import { identityOf } from './server-identity.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** A waiver longer than this is a decision that nobody looks at again. */
const WAIVER_DAYS_MAX = 366;
const DAY_MS = 86_400_000;

/** An action as it would be carried out: its plan, and the record that would stand in the state. */
export interface Draft {
  readonly plan: ActionPlan;
  readonly change: StateChange;
}
export type StateChange =
  | { readonly kind: 'pin'; readonly record: Omit<Pin, 'pinnedAt' | 'executionId'> }
  | { readonly kind: 'waiver'; readonly record: Omit<Waiver, 'acceptedAt' | 'executionId'> };

type Planned = Result<Draft, ActionRefusal>;
const no = (detail: string): Planned => deny(refuse('action_refused', `${detail} Nothing was changed.`));

/** Plans one action against the snapshots and the state; pure, and the same again while neither changes. */
export function planAction(
  action: Action,
  servers: readonly AssessedServer[],
  state: ComplianceState,
  now: Date,
): Planned {
  const found = findSubject(action, servers);
  if (!found.ok) return found;
  if (action.type === 'pin_tools') return planPin(action, found.value, state);
  if (action.type === 'accept_risk') return planWaiver(action, found.value, state, now);
  return no(`A ${action.type} is carried out by an installer, not by the compliance server.`);
}

function planPin(
  action: Action & { type: 'pin_tools' },
  server: AssessedServer | undefined,
  state: ComplianceState,
): Planned {
  const snapshot = server?.snapshot;
  const definitions = snapshot?.definitions;
  if (server === undefined || snapshot == null || definitions === undefined)
    return no(`No installer reports a server ${action.serverName}.`);
  if (definitions.status !== 'captured')
    return no(`The tools of ${action.serverName} are not known: ${definitions.reason}.`);
  const pinned = pinnable(definitions);
  const why = whyNotPinnable(pinned);
  if (why !== undefined) return no(`The definitions of ${action.serverName} cannot be pinned: ${why}.`);
  const digest = definitionsDigest(pinned);
  if (action.definitionsDigest !== undefined && ![digest, definitions.digest].includes(action.definitionsDigest)) {
    return no(`${action.serverName} no longer says what it said when this pin was asked for. Assess it again.`);
  }
  const identity = identityOf(server);
  const before = state.pins.find((pin) => pin.server === identity);
  const launch = pinnedLaunch(snapshot);
  const count = definitions.tools.length;
  return draft(
    action,
    { kind: 'pin', record: { server: identity, digest, definitions: pinned, launch } },
    {
      before: before === undefined ? undefined : `${before.digest} ${before.launch?.digest ?? ''}`.trim(),
      after: `${digest} ${launch.digest}`,
      intent: {
        verb: 'Pin',
        text: `Tool definitions of ${action.serverName}: ${count} ${count === 1 ? 'tool' : 'tools'} and its command line as they are now`,
      },
      undo: before === undefined ? 'Forgets the pin' : 'Restores the pin that was there before',
    },
  );
}

function planWaiver(
  action: Action & { type: 'accept_risk' },
  server: AssessedServer | undefined,
  state: ComplianceState,
  now: Date,
): Planned {
  const { rule, reason, until } = action;
  if (!RULE_IDS.has(rule)) return no(`There is no rule ${rule}.`);
  const remainingMs = Date.parse(until) - now.getTime();
  if (remainingMs <= 0) return no(`The waiver would end at ${until}, which is past.`);
  if (remainingMs > WAIVER_DAYS_MAX * DAY_MS) return no(`A waiver lasts ${WAIVER_DAYS_MAX} days at most.`);
  const identity = server === undefined ? action.serverName : identityOf(server);
  const before = state.waivers.find((waiver) => waiver.server === identity && waiver.rule === rule);
  const record = { server: identity, rule, reason, until };
  return draft(
    action,
    { kind: 'waiver', record },
    {
      before: before === undefined ? undefined : digestJson([before.rule, before.reason, before.until], sha256),
      after: digestJson([rule, reason, until], sha256),
      intent: { verb: 'Accept', text: `Risk of ${rule} on ${action.serverName} until ${until}: ${reason}` },
      undo: before === undefined ? 'Ends the waiver' : 'Restores the waiver that was there before',
    },
  );
}

interface Words {
  readonly before: string | undefined;
  readonly after: string;
  readonly intent: ActionPlan['intents'][number];
  readonly undo: string;
}

function draft(action: Action, change: StateChange, { before, after, intent, undo }: Words): Planned {
  const bound = {
    type: action.type,
    serverName: action.serverName,
    target: action.target ?? null,
    sectionHash: before ?? 'nothing',
    sectionHashAfter: after,
    undo: { kind: 'forget' as const, description: undo },
  };
  const plan: ActionPlan = {
    actionId: action.id,
    ...bound,
    intents: [intent],
    diff: '',
    launch: null,
    package: null,
    steps: [{ step: 'Write the record', result: 'would_run', observed: 'no file of a client changes' }],
    restart: [],
    planDigest: digestJson({ ...bound, subject: change.record.server }, sha256),
  };
  return accept({ plan, change });
}
