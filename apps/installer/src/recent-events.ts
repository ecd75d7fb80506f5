import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';

/** Of one session: more than a long change says of its progress. */
const EVENTS_MAX = 200;

/**
 * What was lately said on the streams of one session. A client whose stream broke names the last event it saw and is told the
 * rest, the outcome of a change included.
 */
export class RecentEvents implements EventStore {
  readonly #events: { readonly id: string; readonly streamId: string; readonly message: JSONRPCMessage }[] = [];
  #said = 0;

  storeEvent(streamId: string, message: JSONRPCMessage): Promise<string> {
    const id = String(++this.#said);
    this.#events.push({ id, streamId, message });
    if (this.#events.length > EVENTS_MAX) this.#events.shift();
    return Promise.resolve(id);
  }

  getStreamIdForEventId(id: string): Promise<string | undefined> {
    return Promise.resolve(this.#events.find((event) => event.id === id)?.streamId);
  }

  async replayEventsAfter(
    id: string,
    { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const at = this.#events.findIndex((event) => event.id === id);
    const streamId = this.#events[at]?.streamId ?? '';
    for (const event of this.#events.slice(at + 1)) {
      // An event without a message only told the client where it stood.
      if (event.streamId === streamId && 'jsonrpc' in event.message) await send(event.id, event.message);
    }
    return streamId;
  }
}
