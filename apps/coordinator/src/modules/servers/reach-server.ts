import { setTimeout as pause } from 'node:timers/promises';
import type { HopRequest } from '@mcp-coordinator/contract/instances.contract';
import type { ToolContract } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { traceCarrier } from '@mcp-coordinator/telemetry/tracing';
import type { z } from 'zod';
import type { Db } from '../../db/schema.ts';
import type { HopOutcome, HopPeer, InstancesModule } from '../instances/instances.module.ts';
import type { LinkRegistry } from './link-registry.ts';
import { type FoundLink, findLink } from './links.store.ts';
import type { CallOptions, McpLink } from './mcp-link.ts';

export interface ReachServerDeps {
  db: Db;
  links: Pick<LinkRegistry, 'at'>;
  instances: Pick<InstancesModule, 'id' | 'send'>;
}
type No = Refusal<'server_unreachable'>;
/** A link that can be called now: one of ours, or one that another instance holds. */
type Place =
  | { at: 'here'; link: McpLink; epoch: number; nonce: string | null }
  | { at: 'there'; peer: HopPeer; epoch: number; nonce: string | null };

/** How long a call waits for a server that is on its way from one instance to another. */
const MOVE_WAIT_MS = 6_000;
const LOOK_EVERY_MS = 50;
/** Calls that change nothing are made again when the instance that they went through is lost. */
const LOSSES_MAX = 3;
/** Progress extends a call up to four times its own time; then the hop itself is given up. */
const HOP_TIMES = 4;
const HOP_GRACE_MS = 5_000;

const unlinked = (serverId: string): No =>
  refuse(
    'server_unreachable',
    `${serverId} has no link to this coordinator. Nothing was changed. Start it and try again.`,
    {
      retryAfterSeconds: 5,
    },
  );
const lost = (serverId: string, reason: string): No =>
  refuse('server_unreachable', `${serverId} did not answer: the instance that holds its link was lost (${reason}).`, {
    retryAfterSeconds: 5,
  });

/** Calls to registered servers, wherever their links are: at most one hop away. */
export function createReach(deps: ReachServerDeps) {
  const { db, links, instances } = deps;

  /** `moving` while the link is on its way here or elsewhere; nothing when the server is away. */
  const find = async (serverId: string): Promise<Place | 'moving' | undefined> => {
    const row = await findLink(db, serverId);
    if (row?.instance_id === undefined) return undefined;
    if (row.instance_id === null) return row.moving ? 'moving' : undefined;
    return row.alive && row.ready ? placeOf(serverId, { ...row, holder: row.instance_id }) : 'moving';
  };
  const placeOf = (
    serverId: string,
    { holder, epoch, nonce, url }: Pick<FoundLink, 'epoch' | 'nonce' | 'url'> & { holder: string },
  ): Place | 'moving' => {
    if (holder !== instances.id)
      return url === null ? 'moving' : { at: 'there', peer: { id: holder, url }, epoch, nonce };
    const link = links.at(serverId, epoch);
    return link ? { at: 'here', link, epoch, nonce } : 'moving';
  };

  const hop = (place: Place & { at: 'there' }, request: HopRequest, options: HopOptions = {}) =>
    instances.send(
      place.peer,
      { ...request, ...traceCarrier() },
      { ...options, withinMs: request.timeoutMs * HOP_TIMES + HOP_GRACE_MS },
    );

  /** Nothing when it may be tried again, here or elsewhere. */
  const attempt = async <Value>(
    serverId: string,
    request: Unplaced<HopRequest>,
    options: HopOptions,
    { here, there }: Ways<Value>,
    patience: Patience,
  ): Promise<Result<Value, No> | undefined> => {
    const place = await find(serverId);
    if (place === undefined) return deny(patience.loss() ?? unlinked(serverId));
    if (place === 'moving') return undefined;
    // The link may close under the call, on its way elsewhere: what changes nothing is asked again where it went.
    const settled = async (answer: Result<Value, No>): Promise<Result<Value, No> | undefined> =>
      !answer.ok && (await hasMoved(serverId, place)) && patience.afterLoss(answer.refusal) ? undefined : answer;
    if (place.at === 'here') return settled(await here(place.link));
    const outcome = await hop(place, { ...request, serverId, epoch: place.epoch }, options);
    if (outcome.type === 'lost') {
      const loss = lost(serverId, outcome.reason);
      return patience.afterLoss(loss) ? undefined : deny(loss);
    }
    const answer = answerOf(outcome, there);
    return answer && settled(answer);
  };
  const hasMoved = async (serverId: string, { epoch }: Place): Promise<boolean> => {
    const now = await find(serverId);
    return now === 'moving' || (now !== undefined && now.epoch !== epoch);
  };

  /** Does it at the link, now or when it has moved. */
  const reach = async <Value>(
    serverId: string,
    request: Unplaced<HopRequest>,
    options: HopOptions & { repeatable: boolean },
    ways: Ways<Value>,
  ): Promise<Result<Value, No>> => {
    const patience = createPatience(options.repeatable, request.timeoutMs);
    for (;;) {
      const answer = await attempt(serverId, request, options, ways, patience);
      if (answer) return answer;
      if (!patience.lasts()) return deny(patience.loss() ?? unlinked(serverId));
      await pause(LOOK_EVERY_MS);
    }
  };

  const callAt = async <Tool extends ToolContract>(
    serverId: string,
    place: Place,
    [name, tool, args, options]: CallArguments<Tool>,
  ): Promise<Result<z.output<Tool['output']>, No>> => {
    if (place.at === 'here') return place.link.call(name, tool, args, options);
    const { timeoutMs } = options;
    const request = { operation: 'call', serverId, epoch: place.epoch, tool: name, args, timeoutMs } as const;
    const outcome = await hop(place, request, options);
    return answerOf(outcome, (value) => outputOf(serverId, tool, value)) ?? deny(lost(serverId, reasonOf(outcome)));
  };

  return {
    call: <Tool extends ToolContract>(
      serverId: string,
      ...[name, tool, args, options]: CallArguments<Tool>
    ): Promise<Result<z.output<Tool['output']>, No>> =>
      reach(
        serverId,
        { operation: 'call', tool: name, args, timeoutMs: options.timeoutMs },
        { ...options, repeatable: tool.annotations.readOnlyHint },
        {
          here: (link) => link.call(name, tool, args, options),
          there: (value) => outputOf(serverId, tool, value),
        },
      ),
    /** A round trip of the protocol itself, in ms, with the hop where there is one. */
    ping: (serverId: string, timeoutMs: number): Promise<Result<number, No>> => {
      const start = performance.now();
      const there = (): Result<number, No> => accept(Math.round((performance.now() - start) * 100) / 100);
      const ways = { here: (link: McpLink) => link.ping(timeoutMs), there };
      return reach<number>(serverId, { operation: 'ping', timeoutMs }, { repeatable: true }, ways);
    },
    /** Has the inventory of an installer that is linked to another instance taken anew, by that one. */
    refreshThere: async (serverId: string, timeoutMs: number): Promise<void> => {
      const place = await find(serverId);
      if (place === undefined || place === 'moving' || place.at === 'here') return;
      await hop(place, { operation: 'refresh', serverId, epoch: place.epoch, timeoutMs });
    },
    /** The link as it is now, for a grant that names its nonce and must go over no other. */
    linkOf: async (serverId: string): Promise<Result<BoundLink, No>> => {
      const place = await find(serverId);
      if (place === undefined || place === 'moving') return deny(unlinked(serverId));
      const { nonce } = place;
      if (nonce === null)
        return deny(
          refuse(
            'server_unreachable',
            `${serverId} gave no nonce when it registered, so no grant can be made for it. Nothing was changed.`,
          ),
        );
      return accept({ nonce, call: (...call) => callAt(serverId, place, call) });
    },
  };
}

type HopOptions = Omit<CallOptions, 'timeoutMs'>;
interface Ways<Value> {
  here: (link: McpLink) => Promise<Result<Value, No>>;
  /** What to make of what came back over the hop. */
  there: (value: unknown) => Result<Value, No>;
}
/** Before it is known which link it goes over. */
type Unplaced<Request> = Request extends unknown ? Omit<Request, 'serverId' | 'epoch'> : never;
type CallArguments<Tool extends ToolContract> = [
  name: string,
  tool: Tool,
  args: z.input<Tool['input']>,
  options: CallOptions,
];
export interface BoundLink {
  readonly nonce: string;
  call<Tool extends ToolContract>(...call: CallArguments<Tool>): Promise<Result<z.output<Tool['output']>, No>>;
}

/** How long a call waits for a link that moves, and how often it may be lost on the way. */
function createPatience(repeatable: boolean, timeoutMs: number) {
  let lossesLeft = repeatable ? LOSSES_MAX : 0;
  let until = performance.now() + Math.min(MOVE_WAIT_MS, timeoutMs);
  let first: No | undefined;
  return {
    lasts: (): boolean => performance.now() < until,
    /** False when it is enough. */
    afterLoss: (loss: No): boolean => {
      first ??= loss;
      until = performance.now() + MOVE_WAIT_MS;
      lossesLeft -= 1;
      return lossesLeft >= 0;
    },
    /** What the first loss was: it says more than that there is no link any more. */
    loss: (): No | undefined => first,
  };
}
type Patience = ReturnType<typeof createPatience>;

const reasonOf = (outcome: HopOutcome): string => ('reason' in outcome ? outcome.reason : outcome.type);

/** Nothing when nobody answered. */
function answerOf<Value>(
  outcome: HopOutcome,
  there: (value: unknown) => Result<Value, No>,
): Result<Value, No> | undefined {
  if (outcome.type === 'done') return there(outcome.value);
  if (outcome.type !== 'refused') return undefined;
  const { detail, retryAfterSeconds } = outcome.refusal;
  return deny(refuse('server_unreachable', detail, retryAfterSeconds === undefined ? {} : { retryAfterSeconds }));
}

/** Looked at here as well: the other instance may be of another version. */
function outputOf<Tool extends ToolContract>(
  serverId: string,
  tool: Tool,
  value: unknown,
): Result<z.output<Tool['output']>, No> {
  const output = tool.output.safeParse(value);
  return output.success
    ? accept(output.data as z.output<Tool['output']>)
    : deny(refuse('server_unreachable', `${serverId} answered with something that does not fit its schema.`));
}
