import { sql } from 'kysely';
import { pendingMigrations } from '../db/migrate.ts';
import type { Db } from '../db/schema.ts';
import { unopenedKeys } from '../modules/keys/keys.module.ts';
import type { EncryptionKeys } from '../secrets/encryption-keys.ts';
import { type Finding, fault, fine, unknown } from './finding.ts';

const CLOCK_SECONDS_MAX = 5;
/** A server that was away this long is not restarting. */
const AWAY_HOURS = 1;

interface DatabaseDeps {
  readonly db: Db;
  readonly encryption: Pick<EncryptionKeys, 'find'> & EncryptionKeys;
  /** Of this machine, and not the database's. */
  readonly now: Date;
  readonly kind: 'embedded' | 'postgres';
}

/** Looks at an open database and changes nothing. Before the migrations ran, the rest cannot be looked at. */
export async function examineDatabase(deps: DatabaseDeps): Promise<Finding[]> {
  const pending = await pendingMigrations(deps.db);
  if (pending.length > 0)
    return [
      fault(
        'migrations',
        `Not run yet: ${pending.join(', ')}.`,
        'mcp-coordinator migrate up (every start does so too, and doctor --fix)',
      ),
      ...(['encryption_key', 'clock', 'links'] as const).map((what) => unknown(what, 'Migrations come first.')),
    ];
  return [
    fine('migrations', 'The database is up to date.'),
    await examineKey(deps),
    await examineClock(deps),
    await examineLinks(deps),
  ];
}

async function examineKey({ db, encryption }: DatabaseDeps): Promise<Finding> {
  const closed = await unopenedKeys(db, encryption);
  if (closed.length === 0) return fine('encryption_key', 'The encryption key opens what is sealed.');
  return fault(
    'encryption_key',
    `ENCRYPTION_KEY does not open the secrets of this database: ${closed.length} signing keys stay sealed.`,
    'Give the key that sealed them, from the backup of the keys (ENCRYPTION_KEY, or secrets/encryption-key in DATA_DIR); after a change of the key, the former one in ENCRYPTION_KEY_PREVIOUS.',
  );
}

/** Against the database's clock, or where both are one machine, against what was written last. */
async function examineClock({ db, now, kind }: DatabaseDeps): Promise<Finding> {
  const { rows } = await sql<{ ms: string | null }>`
    select (extract(epoch from ${kind === 'postgres' ? sql`clock_timestamp()` : sql`(select max(timestamp) from audit_logs)`}) * 1000)::text as ms`.execute(
    db,
  );
  const reference = rows[0]?.ms ?? null;
  if (reference === null) return unknown('clock', 'There is nothing yet to hold this clock against.');
  const ahead = (now.getTime() - Number(reference)) / 1000;
  const off = kind === 'postgres' ? Math.abs(ahead) : -ahead;
  if (off <= CLOCK_SECONDS_MAX) return fine('clock', 'The clock of this machine goes right.');
  return fault(
    'clock',
    kind === 'postgres'
      ? `The clock of this machine is ${Math.round(off)} s away from the database's.`
      : `The clock of this machine is ${Math.round(off)} s behind the newest record: it was set back.`,
    'Let the machine follow a time server: timedatectl set-ntp true (or chrony), then see: timedatectl',
  );
}

async function examineLinks({ db, now }: DatabaseDeps): Promise<Finding> {
  const since = new Date(now.getTime() - AWAY_HOURS * 3_600_000);
  const { rows } = await sql<{ id: string; seen: Date | null }>`
    select s.id, s.last_seen_at as seen from servers s
    where coalesce(s.last_seen_at, s.registered_at) < ${since}
      and not exists (
        select 1 from links l join instances i on i.id = l.instance_id
        where l.server_id = s.id and i.expires_at > clock_timestamp())
    order by 1`.execute(db);
  if (rows.length === 0) return fine('links', 'Every registered server was linked lately.');
  const names = rows.map(({ id, seen }) => `${id} (last seen ${seen?.toISOString() ?? 'never'})`);
  return fault(
    'links',
    `No link any more: ${names.join(', ')}.`,
    'See that the program runs there, reaches the coordinator and has a key that was not revoked (mcp-coordinator key list); remove what is gone for good.',
  );
}
