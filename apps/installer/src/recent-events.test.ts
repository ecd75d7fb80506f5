import { describe, expect, it } from 'vitest';
import { RecentEvents } from './recent-events.ts';

const message = (method: string) => ({ jsonrpc: '2.0' as const, method });

describe('recent events', () => {
  it('are told again for their own stream, in order, without those that held no message', async () => {
    const events = new RecentEvents();
    const first = await events.storeEvent('one', {} as never);
    await events.storeEvent('two', message('of another stream'));
    await events.storeEvent('one', message('a'));
    await events.storeEvent('one', {} as never);
    const last = await events.storeEvent('one', message('b'));
    const told: unknown[] = [];
    const send = (id: string, said: unknown) => Promise.resolve(void told.push([id, said]));
    expect(await events.replayEventsAfter(first, { send })).toBe('one');
    expect(told).toEqual([
      ['3', message('a')],
      [last, message('b')],
    ]);
  });

  it('are forgotten when many others came', async () => {
    const events = new RecentEvents();
    const first = await events.storeEvent('one', message('a'));
    for (let more = 0; more < 200; more++) await events.storeEvent('one', message('b'));
    expect(await events.getStreamIdForEventId(first)).toBeUndefined();
    expect(await events.getStreamIdForEventId('2')).toBe('one');
  });
});
