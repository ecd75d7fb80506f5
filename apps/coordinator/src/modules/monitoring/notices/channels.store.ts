import type { AlertChannels, NewChannel } from '@mcp-coordinator/contract/alert-channels.contract';
import { sql } from 'kysely';
import type { Db, Tx } from '../../../db/schema.ts';
import type { Keys } from '../../../keys.ts';
import type { Place } from '../../../secrets/envelope.ts';

/** A channel with everything that is needed to use it. */
export type OpenChannel =
  | { readonly kind: 'webhook'; readonly name: string; readonly url: string; readonly secret: string | null }
  | { readonly kind: 'slack'; readonly name: string; readonly url: string }
  | { readonly kind: 'email'; readonly name: string; readonly to: readonly string[] };

export interface StoredChannels extends Pick<AlertChannels, 'routes' | 'repeatHours'> {
  /** 0 while nobody has stored any. */
  readonly version: number;
  readonly channels: readonly OpenChannel[];
}

/** Without what is secret, which stands sealed in a table of its own: an older version must not keep it. */
type Document = { channels: NewChannel[] } & Pick<AlertChannels, 'routes' | 'repeatHours'>;
type Sealing = Pick<Keys, 'seal' | 'open'>;

const NOWHERE: Document = {
  channels: [],
  routes: { notify_admin: [], notify_team: [], emergency_alert: [], log_warning: [] },
  repeatHours: 4,
};
const placeOf = (channel: string): Place => ({ table: 'alert_channel_secrets', column: 'sealed', id: channel });

export async function currentChannels(db: Db | Tx, keys: Sealing): Promise<StoredChannels> {
  const row = await db
    .selectFrom('policies')
    .select(['version', 'document'])
    .where('name', '=', 'alert_channels')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  // Only this store writes the document.
  const { channels, routes, repeatHours } = (row?.document as Document | undefined) ?? NOWHERE;
  const stored = await db.selectFrom('alert_channel_secrets').selectAll().execute();
  const secrets = new Map(stored.map(({ channel, sealed }) => [channel, keys.open(sealed, placeOf(channel))]));
  return {
    version: row?.version ?? 0,
    routes,
    repeatHours,
    channels: channels.map((channel) => withSecret(channel, secrets.get(channel.name) ?? null)),
  };
}

function withSecret(channel: NewChannel, secret: string | null): OpenChannel {
  switch (channel.kind) {
    case 'webhook':
      return { kind: channel.kind, name: channel.name, url: channel.url, secret };
    case 'slack':
      return { kind: channel.kind, name: channel.name, url: secret ?? '' };
    case 'email':
      return channel;
  }
}

function withoutSecret(channel: OpenChannel): { document: NewChannel; secret: string | null } {
  const { name } = channel;
  switch (channel.kind) {
    case 'webhook':
      return { document: { kind: channel.kind, name, url: channel.url }, secret: channel.secret };
    case 'slack':
      return { document: { kind: channel.kind, name }, secret: channel.url };
    case 'email':
      return { document: { ...channel, to: [...channel.to] }, secret: null };
  }
}

/** Before the first version there is no row that could be locked. */
export async function lockChannels(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('mcp-coordinator alert channels'), hashtext(current_schema()))`.execute(
    tx,
  );
}

export async function insertChannels(
  tx: Tx,
  { version, channels, routes, repeatHours }: StoredChannels,
  keys: Sealing,
  at: Date,
): Promise<void> {
  const parted = channels.map(withoutSecret);
  const document: Document = { channels: parted.map((part) => part.document), routes, repeatHours };
  await tx
    .insertInto('policies')
    .values({ name: 'alert_channels', version, document: JSON.stringify(document), created_at: at })
    .execute();
  await tx.deleteFrom('alert_channel_secrets').execute();
  const secrets = parted.flatMap(({ document: { name: channel }, secret }) =>
    secret === null ? [] : [{ channel, sealed: keys.seal(secret, placeOf(channel)) }],
  );
  if (secrets.length > 0) await tx.insertInto('alert_channel_secrets').values(secrets).execute();
}
