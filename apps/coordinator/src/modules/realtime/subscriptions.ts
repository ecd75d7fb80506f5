import {
  CHANNEL_PERMISSIONS,
  type Channel,
  channelSchema,
  type RealtimeEvent,
} from '@mcp-coordinator/contract/realtime.contract';
import { type Caller, may } from '../../http/caller.ts';
import { type ErrorFrame, errorFrame } from './parse-message.ts';

/** What one connection has asked for: each channel with the id after which its events are wanted. */
export interface Subscriptions {
  /** A channel that is subscribed already goes on as it is. */
  readonly add: (channels: readonly Channel[], after: bigint) => void;
  readonly remove: (channels: readonly string[]) => Channel[];
  readonly channels: readonly Channel[];
  readonly wants: (event: Pick<RealtimeEvent, 'channel' | 'id'>) => boolean;
}

export function createSubscriptions(): Subscriptions {
  const after = new Map<Channel, bigint>();
  return {
    get channels() {
      return [...after.keys()];
    },
    add: (channels, id) => {
      for (const channel of channels) if (!after.has(channel)) after.set(channel, id);
    },
    remove: (names) => channelsAmong(names).filter((channel) => after.delete(channel)),
    wants: ({ channel, id }) => {
      const from = after.get(channel);
      return from !== undefined && BigInt(id) > from;
    },
  };
}

const isChannel = (name: string): name is Channel => channelSchema.safeParse(name).success;
const channelsAmong = (names: readonly string[]): Channel[] => [...new Set(names)].filter(isChannel);

/** A machine's key sees what is its own, and events are not sorted by owner: so that it sees none. */
const maySee = (caller: Caller, channel: Channel): boolean =>
  caller.kind === 'person' && CHANNEL_PERMISSIONS[channel].some((permission) => may(caller, permission));

/** Which of the named channels the caller may have, and an error for each of the others. */
export function admit(caller: Caller, names: readonly string[]): { allowed: Channel[]; errors: ErrorFrame[] } {
  const allowed = channelsAmong(names).filter((channel) => maySee(caller, channel));
  const refused = [...new Set(names)].filter((name) => !allowed.some((channel) => channel === name));
  const errors = refused.map((name) =>
    isChannel(name)
      ? errorFrame('forbidden', `${caller.actor} may not see the channel ${name}.`, name)
      : errorFrame('invalid_request', 'There is no such channel.', name),
  );
  return { allowed, errors };
}
