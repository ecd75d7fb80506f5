import { type Subscription, subscribe } from '@mcp-coordinator/client/events';
import { CHANNELS, type Channel, type RealtimeEvent } from '@mcp-coordinator/contract/realtime.contract';
import { expect, vi } from 'vitest';

export interface WatchedEvents {
  readonly seen: RealtimeEvent[];
  readonly subscription: Subscription;
}

/** Collects what the coordinator tells over its WebSocket from now on. */
export async function watchEvents(url: string, token: string, channels: readonly Channel[] = CHANNELS) {
  const seen: RealtimeEvent[] = [];
  const subscription = subscribe({
    url: `${url.replace(/^http/, 'ws')}/ws`,
    token,
    channels,
    onEvent: (event) => seen.push(event),
  });
  await vi.waitFor(() => expect(subscription.state).toBe('live'), { timeout: 30_000 });
  return { seen, subscription } satisfies WatchedEvents;
}
