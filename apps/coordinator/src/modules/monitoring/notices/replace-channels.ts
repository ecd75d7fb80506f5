import type { AlertChannels, AlertChannelsView, NewChannel } from '@mcp-coordinator/contract/alert-channels.contract';
import { type FieldError, type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { canonicalJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import type { Keys } from '../../../keys.ts';
import type { Clock } from '../../../runtime.ts';
import type { RecordAudit } from '../../audit/audit.module.ts';
import type { PublishEvent } from '../../realtime/realtime.module.ts';
import {
  currentChannels,
  insertChannels,
  lockChannels,
  type OpenChannel,
  type StoredChannels,
} from './channels.store.ts';

export interface ReplaceChannelsDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly keys: Pick<Keys, 'seal' | 'open'>;
  readonly recordAudit: RecordAudit;
  readonly publishEvent: PublishEvent;
  /** Why an address may not be reached, as the end of a sentence about it. */
  readonly checkAddress: (url: URL) => Promise<Result<void, string>>;
  readonly mail: unknown;
}
type No = Refusal<'endpoint_not_allowed' | 'invalid_request'>;

/** Stores where alerts are told, as a new version; the same again changes nothing and leaves no record. */
export async function replaceChannels(
  deps: ReplaceChannelsDeps,
  { wish, actor, requestId }: { readonly wish: AlertChannels; readonly actor: string; readonly requestId: string },
): Promise<Result<AlertChannelsView, No>> {
  const unreachable = await firstUnreachable(deps, wish.channels);
  if (unreachable) return deny(unreachable);
  return transact<AlertChannelsView, No>(deps.db, async (tx) => {
    await lockChannels(tx);
    const before = await currentChannels(tx, deps.keys);
    const channels = complete(wish.channels, before.channels);
    if (!channels.ok) return channels;
    const after: StoredChannels = { ...wish, channels: channels.value, version: before.version + 1 };
    const view = viewOf(after, deps.mail !== undefined);
    if (canonicalJson({ ...after, version: before.version }) === canonicalJson(before)) return accept(view);
    await insertChannels(tx, after, deps.keys, deps.clock());
    const details = { version: after.version, before: viewOf(before, view.emailPossible), after: view };
    await deps.recordAudit(tx, { action: 'alert_channels_changed', actor, target: 'alerts', details, requestId });
    const data = { version: after.version, by: actor };
    await deps.publishEvent(tx, { channel: 'alerts', event: 'alert_channels.changed', data });
    return accept(view);
  });
}

/** Asked again at each delivery: what a name resolves to may change at any time. */
async function firstUnreachable(
  { checkAddress }: ReplaceChannelsDeps,
  channels: readonly NewChannel[],
): Promise<Refusal<'endpoint_not_allowed'> | undefined> {
  for (const [index, channel] of channels.entries()) {
    if (channel.kind === 'email' || channel.url === undefined) continue;
    const checked = await checkAddress(new URL(channel.url));
    if (checked.ok) continue;
    const detail = `The address of ${channel.name} ${checked.refusal}. Nothing was changed. Allow it in SERVER_ENDPOINT_ALLOW, by host and port.`;
    const errors = [{ path: `/channels/${index}/url`, message: checked.refusal }];
    return refuse('endpoint_not_allowed', detail, { errors });
  }
  return undefined;
}

/** With the secrets that were left out taken from what is stored under the same name. */
function complete(wished: readonly NewChannel[], stored: readonly OpenChannel[]): Result<OpenChannel[], No> {
  const channels: OpenChannel[] = [];
  for (const [index, wish] of wished.entries()) {
    const before = stored.find(({ kind, name }) => kind === wish.kind && name === wish.name);
    const channel = completed(wish, before);
    if (!channel) return deny(misses(index, 'must be given: none is stored under this name'));
    channels.push(channel);
  }
  return accept(channels);
}

function completed(wish: NewChannel, before: OpenChannel | undefined): OpenChannel | undefined {
  switch (wish.kind) {
    case 'webhook': {
      // A secret is for its receiver: another address does not inherit it.
      const kept = before?.kind === 'webhook' && before.url === wish.url ? before.secret : null;
      return { kind: wish.kind, name: wish.name, url: wish.url, secret: wish.secret ?? kept };
    }
    case 'slack': {
      const url = wish.url ?? (before?.kind === 'slack' ? before.url : undefined);
      return url === undefined ? undefined : { kind: wish.kind, name: wish.name, url };
    }
    case 'email':
      return wish;
  }
}

const misses = (index: number, message: string): Refusal<'invalid_request'> => {
  const errors: FieldError[] = [{ path: `/channels/${index}/url`, message }];
  return refuse('invalid_request', `The address ${message}. Nothing was changed.`, { errors });
};

/** Without what is secret. */
export const viewOf = (
  { channels, routes, repeatHours }: StoredChannels,
  emailPossible: boolean,
): AlertChannelsView => ({
  channels: channels.map((channel) => ({
    kind: channel.kind,
    name: channel.name,
    url: channel.kind === 'webhook' ? channel.url : channel.kind === 'slack' ? new URL(channel.url).origin : null,
    to: channel.kind === 'email' ? [...channel.to] : null,
    signed: channel.kind === 'webhook' && channel.secret !== null,
  })),
  routes,
  repeatHours,
  emailPossible,
});
