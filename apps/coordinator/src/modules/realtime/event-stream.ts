import { CLOSE_TOO_SLOW, type RealtimeEvent } from '@mcp-coordinator/contract/realtime.contract';
import type { Db } from '../../db/schema.ts';
import type { Caller } from '../../http/caller.ts';
import type { EventFeed } from './event-feed.ts';
import { BUFFERED_BYTES_MAX, type Outgoing } from './outgoing.ts';
import { errorFrame } from './parse-message.ts';
import { canReplay, missedEvents, type Replay } from './replay-events.ts';
import { admit, createSubscriptions } from './subscriptions.ts';

export interface EventStreamDeps {
  readonly db: Db;
  readonly feed: Pick<EventFeed, 'position'>;
  readonly outgoing: Outgoing;
  /** Asked before each frame of a replay. */
  readonly isValid: () => Promise<boolean>;
}

/** The events of one connection: what it subscribed to, what it missed, and then what happens. */
export interface EventStream {
  /** False when there is nothing to send of it yet. */
  readonly deliver: (event: RealtimeEvent, text: string) => boolean;
  readonly subscribe: (caller: Caller, names: readonly string[], since: bigint | undefined) => Promise<void>;
  readonly unsubscribe: (names: readonly string[]) => void;
  /** Takes away what another credential of the same connection may not see. */
  readonly narrow: (caller: Caller) => void;
}

const FRAME_TAKEN_WITHIN_MS = 30_000;
const TOO_SLOW = 'events are read too slowly';

export function createEventStream({ db, feed, outgoing, isValid }: EventStreamDeps): EventStream {
  const subscriptions = createSubscriptions();
  /** Live events that wait until a replay has sent what is older. */
  let held: { event: RealtimeEvent; text: string }[] | undefined;
  let heldLength = 0;

  const hold = (event: RealtimeEvent, text: string): void => {
    held?.push({ event, text });
    heldLength += text.length;
    if (heldLength > BUFFERED_BYTES_MAX) outgoing.close(CLOSE_TOO_SLOW, TOO_SLOW);
  };

  const replay = async (missed: Replay): Promise<void> => {
    for await (const texts of missedEvents(db, missed)) {
      if (!(await isValid())) return;
      const late = setTimeout(() => outgoing.close(CLOSE_TOO_SLOW, TOO_SLOW), FRAME_TAKEN_WITHIN_MS);
      await outgoing.sendAll(texts).finally(() => {
        clearTimeout(late);
      });
    }
  };

  const release = (): void => {
    const waiting = held ?? [];
    held = undefined;
    heldLength = 0;
    for (const { event, text } of waiting) if (subscriptions.wants(event)) outgoing.add(text);
    outgoing.flush();
  };

  /** Whether what came after an id will be sent; says so when it is no longer there. */
  const isKept = async (since: bigint): Promise<boolean> => {
    const kept = await canReplay(db, since);
    if (!kept) {
      const detail = `The events after ${since} are no longer kept. Read the present state anew; what happens from now on follows.`;
      outgoing.answer(errorFrame('not_found', detail));
    }
    return kept;
  };

  return {
    deliver: (event, text) => {
      if (!subscriptions.wants(event)) return false;
      if (held === undefined) outgoing.add(text);
      else hold(event, text);
      return held === undefined;
    },
    subscribe: async (caller, names, asked) => {
      const { allowed, errors } = admit(caller, names);
      for (const error of errors) outgoing.answer(error);
      if (allowed.length === 0) return;
      const since = asked !== undefined && (await isKept(asked)) ? asked : undefined;
      // No await from here until events are held: what is published meanwhile must be on one side or the other.
      const upTo = feed.position;
      subscriptions.add(allowed, since !== undefined && since > upTo ? since : upTo);
      outgoing.answer({ type: 'subscribed', channels: allowed });
      if (since === undefined || since >= upTo) return;
      held = [];
      await replay({ channels: allowed, since, upTo });
      release();
    },
    unsubscribe: (names) => outgoing.answer({ type: 'unsubscribed', channels: subscriptions.remove(names) }),
    narrow: (caller) => {
      const { errors } = admit(caller, subscriptions.channels);
      subscriptions.remove(errors.flatMap(({ channel }) => channel ?? []));
      for (const error of errors) outgoing.answer(error);
    },
  };
}
