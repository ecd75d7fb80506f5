import { createHash } from 'node:crypto';
import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import { canonicalJson, digestJson } from '@mcp-coordinator/core/digests/canonical-json';

/** How a server was started when it was approved: names of variables and headers, never their values. */
export interface PinnedLaunch {
  /** SHA-256 of the RFC 8785 form of the other fields. */
  readonly digest: string;
  readonly transport: string;
  readonly command: string | null;
  readonly args: readonly string[];
  readonly cwd: string | null;
  readonly url: string | null;
  readonly variables: readonly string[];
  readonly headers: readonly string[];
}

const names = (values: Readonly<Record<string, string>> | undefined): string[] => Object.keys(values ?? {}).sort();

/** The specification as a pin keeps it. Arguments and URL come masked out of an inventory. */
export function pinnedLaunch({ launch }: InventoryServer): PinnedLaunch {
  const fields = {
    transport: launch.transport,
    command: wellFormed(launch.command),
    args: (launch.args ?? []).map((arg) => arg.toWellFormed()),
    cwd: wellFormed(launch.cwd),
    url: wellFormed(launch.url),
    variables: names(launch.env).map((name) => name.toWellFormed()),
    headers: names(launch.headers).map((name) => name.toWellFormed()),
  };
  return { digest: digestJson(fields, (text) => createHash('sha256').update(text).digest('hex')), ...fields };
}

const wellFormed = (text: string | undefined): string | null => text?.toWellFormed() ?? null;

/** Field by field what is not as it was; nothing when the digests are equal. */
export function launchChanges(
  before: PinnedLaunch,
  server: InventoryServer,
): { field: string; before: unknown; now: unknown }[] {
  const now = pinnedLaunch(server);
  if (now.digest === before.digest) return [];
  const fields = ['transport', 'command', 'args', 'cwd', 'url', 'variables', 'headers'] as const;
  return fields
    .filter((field) => canonicalJson(before[field]) !== canonicalJson(now[field]))
    .map((field) => ({ field, before: before[field], now: now[field] }));
}
