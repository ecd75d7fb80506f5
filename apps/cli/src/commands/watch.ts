import { type Subscription, subscribe } from '@mcp-coordinator/client/events';
import { CHANNELS, type Channel, type RealtimeEvent } from '@mcp-coordinator/contract/realtime.contract';
import type { Command } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT, nextStep } from '../exit-codes.ts';
import { SCHEMA_VERSION, visible } from '../terminal.ts';

/** What happens, as it happens: a line for each event, with `--json` as NDJSON. Reconnects by itself, and misses nothing. */
export function addWatchCommand(program: Command, context: Context): void {
  program
    .command('watch')
    .description('print events as they happen, until Ctrl-C')
    .argument('[channels...]', `of ${CHANNELS.join(', ')}; all that one may see when absent`)
    .action((channels: string[]) => {
      const unknown = channels.filter((name) => !CHANNELS.some((channel) => channel === name));
      if (unknown.length > 0)
        throw usageError(`There is no channel ${unknown.join(', ')}: they are ${CHANNELS.join(', ')}.`);
      return watch(context, channels.length > 0 ? (channels as Channel[]) : CHANNELS);
    });
}

function watch({ terminal, settings, signal }: Context, channels: readonly Channel[]): Promise<void> {
  const { url, token } = settings();
  const line = (event: RealtimeEvent): string =>
    terminal.json
      ? JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...event })
      : visible(`${event.timestamp}  ${event.event}  ${JSON.stringify(event.data)}`);
  return new Promise((_resolve, reject) => {
    const end = (subscription: Subscription, error: Error): void => {
      subscription.close();
      reject(error);
    };
    const subscription = subscribe({
      url: `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/ws`,
      ...(token === undefined ? {} : { token }),
      channels,
      onEvent: (event) => terminal.data(`${line(event)}\n`),
      onState: (state) => terminal.say(state === 'live' ? 'Watching.' : 'Not connected; trying again.'),
      onRefusal: ({ code, detail }) => terminal.say(`${code}: ${detail}`),
      onUnauthenticated: () =>
        end(
          subscription,
          new CliError(
            EXIT.denied,
            'Nobody is signed in, or not any more.',
            nextStep('unauthenticated'),
            'unauthenticated',
          ),
        ),
    });
    signal.addEventListener('abort', () => end(subscription, new Error('interrupted')), { once: true });
  });
}
