import { usageError } from './cli-error.ts';
import type { Context } from './context.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** For what works on the database of this machine: an address elsewhere was meant for something else. */
export function onThisMachine({ settings }: Context): void {
  const { url, urlFrom } = settings();
  if (urlFrom === 'default' || LOOPBACK.test(new URL(url).hostname)) return;
  throw usageError(
    `This works beside the database alone, and the address ${url} (from ${urlFrom}) is another machine's; nothing was changed.`,
    'Run it on the machine of the coordinator, without an address.',
  );
}
