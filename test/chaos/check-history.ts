import { isDeepStrictEqual } from 'node:util';
import type { AuditRecord, Evidence, History, RecordedAction, RecordedExecution, TargetFile } from './history.ts';

export interface Violation {
  readonly rule: string;
  readonly what: string;
}

/** Everything in a recorded history that must not be; an empty list when all held. */
export function checkHistory({ acknowledged, evidence }: History): Violation[] {
  const started = evidence.executions.filter(
    (execution) => execution.status !== 'pending' && wasStarted(evidence, execution),
  );
  return [
    ...lostWrites(acknowledged, evidence),
    ...tokensUsedTwice(evidence),
    ...started.flatMap((execution) => [
      ...withoutQuorum(evidence, execution),
      ...notEnded(execution),
      ...withoutLeaf(evidence, execution),
    ]),
    ...evidence.assessments.flatMap(({ id, status }) =>
      status === 'completed' ? missing(evidence, 'assessment_completed', id) : [],
    ),
    ...evidence.proposals.flatMap(({ id }) => missing(evidence, 'remediation_proposed', id)),
    ...evidence.audit.flatMap(({ action, target, inTree }) =>
      inTree ? [] : [{ rule: 'each record is in the tree', what: `${action} of ${target} is not` }],
    ),
    ...evidence.files.flatMap((file) => wrongFile(evidence, file)),
  ];
}

const wasStarted = ({ audit }: Evidence, { id, status }: RecordedExecution): boolean =>
  status !== 'cancelled' || audit.some(({ action, target }) => action === 'execution_started' && target === id);

function lostWrites(acknowledged: History['acknowledged'], evidence: Evidence): Violation[] {
  const executionIds = new Map(evidence.executions.map((execution) => [execution.id, execution]));
  const there = {
    assessment: (id: string) => evidence.assessments.some((one) => one.id === id),
    proposal: (id: string) => evidence.proposals.some((one) => one.id === id),
    approval: (id: string) => approvesOf(evidence, executionIds.get(id)?.proposalId).length > 0,
    start: (id: string) => (executionIds.get(id)?.status ?? 'pending') !== 'pending',
  };
  return acknowledged.flatMap(({ kind, id }) =>
    there[kind](id) ? [] : [{ rule: 'every acknowledged write is there', what: `${kind} ${id} is lost` }],
  );
}

const approvesOf = ({ votes }: Evidence, proposalId: string | undefined) =>
  votes.filter((vote) => vote.proposalId === proposalId && vote.decision === 'approved');

function tokensUsedTwice({ audit }: Evidence): Violation[] {
  const uses = Map.groupBy(
    audit.filter(({ action }) => action === 'execution_started'),
    ({ tokenId }) => tokenId,
  );
  return [...uses].flatMap(([token, records]) =>
    records.length === 1 && token !== null
      ? []
      : [
          {
            rule: 'a token is redeemed once',
            what: `${token} started ${records.map(({ target }) => target).join(', ')}`,
          },
        ],
  );
}

function withoutQuorum(evidence: Evidence, { id, proposalId }: RecordedExecution): Violation[] {
  const proposal = evidence.proposals.find((one) => one.id === proposalId);
  const start = evidence.audit.find(({ action, target }) => action === 'execution_started' && target === id);
  const people = new Set(
    approvesOf(evidence, proposalId)
      .filter(({ digest }) => digest === proposal?.digest && digest === start?.digest)
      .map(({ userId }) => userId),
  );
  return proposal && people.size >= proposal.quorum
    ? []
    : [
        {
          rule: 'each execution has its quorum on one digest',
          what: `${id} has ${people.size} of ${proposal?.quorum}`,
        },
      ];
}

const OVER = ['completed', 'failed', 'cancelled', 'rolled_back'];
const notEnded = ({ id, status, actions }: RecordedExecution): Violation[] => {
  const open = actions.filter((action) => ['pending', 'running', 'undoing'].includes(action.status));
  return OVER.includes(status) && open.length === 0
    ? []
    : [{ rule: 'each execution ends', what: `${id} is ${status}, ${open.length} of its actions are open` }];
};

const LEAF_OF: Readonly<Record<string, string>> = {
  completed: 'execution_action_completed',
  failed: 'execution_action_failed',
  undone: 'execution_action_undone',
  undo_failed: 'execution_action_failed',
};

/** Its start, its end and each outcome of an action, once each. */
function withoutLeaf(evidence: Evidence, { id, status, actions }: RecordedExecution): Violation[] {
  const ofActions = actions.flatMap((action) => {
    const leaf = LEAF_OF[action.status];
    return leaf ? missing(evidence, leaf, id, action.id) : [];
  });
  return [...missing(evidence, 'execution_started', id), ...missing(evidence, `execution_${status}`, id), ...ofActions];
}

function missing({ audit }: Evidence, action: string, target: string, actionId?: string): Violation[] {
  const fits = (record: AuditRecord): boolean =>
    record.action === action && record.target === target && (actionId === undefined || record.actionId === actionId);
  const count = audit.filter(fits).length;
  return count === 1
    ? []
    : [
        {
          rule: 'each state change has its leaf',
          what: `${action} of ${target} ${actionId ?? ''} is there ${count} times`,
        },
      ];
}

/** Statuses of actions whose entry may be there or not: nobody knows, and the record says so. */
const UNKNOWN = ['undo_failed', 'running', 'undoing'];

function wrongFile(evidence: Evidence, file: TargetFile): Violation[] {
  const { machine, entries, before } = file;
  if (entries === null)
    return [{ rule: 'each file is before or after', what: `the file of ${machine} does not parse` }];
  const actions = evidence.executions
    .flatMap((execution) => execution.actions)
    .filter((one) => one.machine === machine);
  const wrong = actions.filter(
    ({ entry, status }) => !UNKNOWN.includes(status) && entry in entries !== (status === 'completed'),
  );
  const foreign = Object.keys(entries).filter(
    (name) => !(name in before) && !actions.some(({ entry }) => entry === name),
  );
  const harmed = Object.keys(before).filter((name) => !isDeepStrictEqual(entries[name], before[name]));
  return [
    ...wrong.map(({ id, entry, status }) => ({
      rule: 'each file is before or after',
      what: `${id} is ${status}, and ${entry} is ${entry in entries ? 'there' : 'not there'} on ${machine}`,
    })),
    ...[...foreign, ...harmed].map((name) => ({ rule: 'nothing else is touched', what: `${name} on ${machine}` })),
    ...writtenTooOften(file, actions),
  ];
}

function writtenTooOften({ machine, replaced, kills }: TargetFile, actions: readonly RecordedAction[]): Violation[] {
  // One that failed may have been written and put back.
  const writes: Readonly<Record<string, number>> = { completed: 1, failed: 2, undone: 2, undo_failed: 2 };
  const most = actions.reduce((sum, { status }) => sum + (writes[status] ?? 0), kills);
  return replaced <= most
    ? []
    : [{ rule: 'no action runs twice', what: `the file of ${machine} was replaced ${replaced} times, not ${most}` }];
}
