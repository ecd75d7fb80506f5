import { type LinkState, subscribe } from '@mcp-coordinator/client/events';
import type { Permission } from '@mcp-coordinator/contract/permissions';
import {
  CHANNEL_PERMISSIONS,
  CHANNELS,
  type Channel,
  type RealtimeEvent,
} from '@mcp-coordinator/contract/realtime.contract';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { CHANNEL_QUERIES } from './channel-queries.ts';

export interface Live {
  state: LinkState;
  /** Milliseconds since the epoch: the last event, or when the connection last became live. */
  updatedAt: number | null;
  /** Called for every event; answers how to stop. */
  listen: (listener: (event: RealtimeEvent) => void) => () => void;
}

const LiveContext = createContext<Live>({ state: 'connecting', updatedAt: null, listen: () => () => undefined });
export const useLive = (): Live => useContext(LiveContext);

/** Events come in bursts; what they make old is read again once for each burst. */
const GATHER_MS = 400;
/** What is read anew while the connection is away. */
const STALE_POLL_MS = 15_000;

const socketUrl = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;

export function LiveProvider({ permissions, children }: { permissions: readonly Permission[]; children: ReactNode }) {
  const queryClient = useQueryClient();
  const [state, setState] = useState<LinkState>('connecting');
  const [updatedAt, setUpdatedAt] = useState<number | null>(null);
  const [listeners] = useState(() => new Set<(event: RealtimeEvent) => void>());
  const allowed = CHANNELS.filter((channel) => CHANNEL_PERMISSIONS[channel].some((one) => permissions.includes(one)));
  const channelList = allowed.join(' ');

  useEffect(() => {
    const touched = new Set<Channel>();
    let lost = false;
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const reread = () => {
      gathering = undefined;
      const names = new Set([...touched].flatMap((channel) => CHANNEL_QUERIES[channel]));
      touched.clear();
      setUpdatedAt(Date.now());
      for (const name of names) void queryClient.invalidateQueries({ queryKey: [name] });
    };
    const subscription = subscribe({
      url: socketUrl(),
      channels: channelList
        .split(' ')
        .filter((name): name is Channel => (CHANNELS as readonly string[]).includes(name)),
      onEvent: (event) => {
        touched.add(event.channel);
        gathering ??= setTimeout(reread, GATHER_MS);
        for (const listener of listeners) listener(event);
      },
      onState: (next) => {
        setState(next);
        lost ||= next === 'stale';
        if (next !== 'live') return;
        setUpdatedAt(Date.now());
        // What was read before the first event could come may be old; what was refused is asked anew after a loss only.
        void queryClient.invalidateQueries({ predicate: ({ state: { status } }) => lost || status === 'success' });
        lost = false;
      },
      onUnauthenticated: () => void queryClient.invalidateQueries({ queryKey: ['showPermissions'] }),
    });
    return () => {
      clearTimeout(gathering);
      subscription.close();
    };
  }, [channelList, queryClient, listeners]);

  useEffect(() => {
    if (state !== 'stale') return;
    const timer = setInterval(() => void queryClient.invalidateQueries(), STALE_POLL_MS);
    return () => clearInterval(timer);
  }, [state, queryClient]);

  const live = useMemo<Live>(
    () => ({
      state,
      updatedAt,
      listen: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    [state, updatedAt, listeners],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}
