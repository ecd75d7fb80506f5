import { setTimeout as pause } from 'node:timers/promises';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { approve, type Person, propose, run } from '../e2e/people.ts';
import type { WriteKind } from './history.ts';
import type { Nemesis } from './nemesis.ts';
import type { Chance } from './seeded.ts';
import { FILE, type Machine, SERVER_FILE, type World } from './world.ts';

export interface Workload {
  readonly acknowledged: { kind: WriteKind; id: string }[];
  /** Answers that were refusals, and requests that nobody answered. */
  readonly failures: string[];
  /** One worker: changes and assessments, one after the other, until it is stopped. */
  work(): Promise<void>;
  stop(): void;
}

/** How long one change is followed before the next. */
const FOLLOW_MS = 8_000;

export function createWorkload(world: World, nemesis: Nemesis, chance: Chance): Workload {
  const acknowledged: Workload['acknowledged'] = [];
  const failures: string[] = [];
  let stopped = false;
  let names = 0;
  const another = (): number => {
    names += 1;
    return names;
  };

  /** What was answered; nothing when it was refused or not answered, which decides nothing. */
  const told = async <Value>(ask: () => Promise<Value>): Promise<Value | undefined> => {
    try {
      return await ask();
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      await pause(50);
      return undefined;
    }
  };
  const written = (kind: WriteKind, id: string): void => void acknowledged.push({ kind, id });

  const install = ({ served: { serverId, place } }: Machine): Action => {
    const serverName = `chaos-${another()}`;
    const target = { installerId: serverId, client: 'cursor', scope: 'project', path: place.path(FILE) } as const;
    const common = { id: `add-${serverName}`, type: 'install_server' as const, serverName, target };
    // One in five does not start: it fails, and whatever came before it is undone.
    if (chance.fraction() < 0.2) return { ...common, command: '/bin/false', args: [] };
    return { ...common, command: process.execPath, args: [place.path(SERVER_FILE), serverName] };
  };
  const approved = async (admin: Person, approver: Person, machines: readonly Machine[]) => {
    const proposalId = await told(() => propose(admin, machines.map(install)));
    if (proposalId === undefined) return undefined;
    written('proposal', proposalId);
    nemesis.reached('proposed');
    const decided = await told(() => approve(approver, proposalId));
    if (!decided) return undefined;
    written('approval', decided.executionId);
    nemesis.reached('approved');
    return { proposalId, ...decided };
  };
  /** With the same token twice at once now and then: one of them at most is taken. */
  const start = async (approver: Person, given: NonNullable<Awaited<ReturnType<typeof approved>>>): Promise<void> => {
    const times = chance.fraction() < 0.3 ? 2 : 1;
    const asks = Array.from({ length: times }, () =>
      told(async () => {
        const answer = await run(approver, given.proposalId, given.approvalToken);
        if (!answer.ok) throw new Error(answer.refusal.code);
        written('start', given.executionId);
        nemesis.reached('started');
      }),
    );
    await Promise.all(asks);
  };
  /** Looks once; answers whether it is over. */
  const look = async (person: Person, executionId: string): Promise<boolean> => {
    const shown = await told(() => person.call.showExecution({ params: { id: executionId } }));
    if (!shown?.ok) return false;
    const { status, results, finishedAt } = shown.value;
    if (status === 'rolling_back' || results.failed > 0) nemesis.reached('turned');
    else if (results.successful > 0) nemesis.reached('going');
    return finishedAt !== null || status === 'pending';
  };
  const follow = async (person: Person, executionId: string): Promise<void> => {
    const until = Date.now() + FOLLOW_MS;
    while (!stopped && Date.now() < until && !(await look(person, executionId))) await pause(30);
  };
  /** Two changes of one file that are approved on the same state and started at once: one of them comes too late. */
  const change = async (admin: Person, approver: Person): Promise<void> => {
    const [first, second] = [chance.oneOf(world.machines), chance.oneOf(world.machines)];
    const both = first === second ? [first, first] : [first, second];
    const plans = chance.fraction() < 0.4 ? [both, [second]] : [both];
    const ready = [];
    for (const machines of plans) ready.push(await approved(admin, approver, machines));
    const startable = ready.filter((one) => one !== undefined);
    await Promise.all(startable.map((one) => start(approver, one)));
    await Promise.all(startable.map((one) => follow(approver, one.executionId)));
  };
  const assess = async (admin: Person): Promise<void> => {
    const requestId = `assessment-${another()}`;
    const options = { includeDetails: false, generateReport: false, autoApprove: false };
    const body = { requestId, assessmentType: 'compliance' as const, options, targetServers: ['kept'] };
    const answer = await told(() => admin.call.requestAssessment({ body }));
    if (answer?.ok) written('assessment', requestId);
  };
  return {
    ...{ acknowledged, failures },
    work: async () => {
      while (!stopped) {
        const admin = await told(() => world.admin());
        const approver = await told(() => world.approver());
        for (let turn = 0; turn < 10 && admin && approver && !stopped; turn += 1)
          await (chance.fraction() < 0.25 ? assess(admin) : change(admin, approver));
      }
    },
    stop: () => {
      stopped = true;
    },
  };
}
