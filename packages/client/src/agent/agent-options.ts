import type { LinkTransport } from '@mcp-coordinator/contract/link-transport';
import type { Registered, Registration } from './register.ts';

export type AgentState = 'dialling' | 'linked' | 'waiting' | 'fenced' | 'stopped';

/** One link as what serves it sees it: grants that come over it must name this nonce. */
export interface LinkFacts extends Registered {
  readonly nonce: string;
}

export interface AgentLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** A one-shot timer; answers how to call it off. */
export type SetTimer = (run: () => void, milliseconds: number) => () => void;

export interface AgentOptions<Message> {
  readonly coordinatorUrl: string;
  readonly apiKey: string;
  readonly registration: Registration;
  /** Speaks MCP over the link until it closes (the SDK's `serveStdio` with this transport). */
  readonly serve: (transport: LinkTransport<Message>, link: LinkFacts) => void;
  readonly onState?: (state: AgentState) => void;
  readonly log: AgentLog;
  readonly random: { readonly bytes: (count: number) => Uint8Array; readonly fraction: () => number };
  readonly setTimer?: SetTimer;
}

/** The process's own timers. */
export const processTimer: SetTimer = (run, milliseconds) => {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
};
