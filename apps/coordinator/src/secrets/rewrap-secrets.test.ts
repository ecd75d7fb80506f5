import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openKeys } from '../keys.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createEncryptionKeys } from './encryption-keys.ts';
import { openValue, type Place, sealValue } from './envelope.ts';
import { rewrapSecrets } from './rewrap-secrets.ts';
import { SEALED_COLUMNS } from './sealed-columns.ts';

const [OLD, NEW] = ['the old encryption key, long enough', 'the new encryption key, long enough'];
const SECRETS = { jwtSecret: 'j'.repeat(32), sessionSecret: 's'.repeat(32) };
const [old, both, fresh] = [[OLD], [NEW, OLD], [NEW]].map((list) => createEncryptionKeys(list as [string]));
const PEOPLE = 205;
const clock = () => new Date('2026-01-01T00:00:00.000Z');

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const totp = (id: number): Place => ({ table: 'totp_factors', column: 'sealed_secret', id: String(id) });
const part = (id: string, name: string): Place => ({ table: 'remediations', column: 'sealed', id, part: name });

/** As many people with a secret as do not fit in one batch, and a proposal with several values. */
beforeEach(async () => {
  const { db } = database;
  await sql`truncate users, signing_keys, assessments, remediations restart identity cascade`.execute(db);
  await sql`insert into users (username, password_hash, role, created_at, role_changed_at)
    select 'person' || n, '-', 'user', now(), now() from generate_series(1, ${PEOPLE}::integer) as n`.execute(db);
  for (let id = 1; id <= PEOPLE; id++) {
    await sql`insert into totp_factors (user_id, sealed_secret, begun_at)
      values (${id}, ${sealValue(old!, `secret ${id}`, totp(id))}, now())`.execute(db);
  }
  await insertProposal('prop_1', { 'a1/env/KEY': 'one', 'a1/env/"': 'two' });
  await openKeys(db, { encryptionKey: OLD, ...SECRETS }, clock);
});

async function insertProposal(id: string, values: Record<string, string>): Promise<void> {
  const sealed = Object.fromEntries(
    Object.entries(values).map(([name, text]) => [name, sealValue(old!, text, part(id, name))]),
  );
  await sql`insert into assessments (id, status, assessment_type, origin, target_servers, options, requested_by, created_at)
    values (${`of_${id}`}, 'pending', 'compliance', 'request', '[]', '{}', 'ada', now())`.execute(database.db);
  await sql`insert into remediations (id, assessment_id, status, title, priority, issues, actions, sealed, preview, risk,
      digest, policy, proposed_by, proposer_id, created_at)
    values (${id}, ${`of_${id}`}, 'pending', 't', 'low', '[]', '[]', ${JSON.stringify(sealed)}::jsonb, '{}', '{}',
      'sha256:0', '{}', 'ada', 1, now())`.execute(database.db);
}

async function openEverything(keys = fresh!): Promise<string[]> {
  const { db } = database;
  const people = await db.selectFrom('totp_factors').selectAll().orderBy('user_id').execute();
  const proposals = await db.selectFrom('remediations').select(['id', 'sealed']).execute();
  return [
    ...people.map((row) => openValue(keys, row.sealed_secret, totp(row.user_id))),
    ...proposals.flatMap(({ id, sealed }) =>
      Object.entries(sealed).map(([name, text]) => openValue(keys, text, part(id, name))),
    ),
  ].sort();
}

describe('wrapping all secrets anew', () => {
  it('brings each under the present key, and finds nothing more to do', async () => {
    const before = await openEverything(old);
    const done = await rewrapSecrets({ db: database.db, encryption: both! });
    expect(done).toEqual({ rows: PEOPLE + 1 + 4, failures: [] });
    expect(await openEverything()).toEqual(before);
    expect(await rewrapSecrets({ db: database.db, encryption: both! })).toEqual({ rows: 0, failures: [] });
    await openKeys(database.db, { encryptionKey: NEW, ...SECRETS }, clock);
  });

  it('goes on where it was cut off', async () => {
    const cut = new Error('killed');
    const stop = () => {
      throw cut;
    };
    await expect(rewrapSecrets({ db: database.db, encryption: both! }, { onBatch: stop })).rejects.toBe(cut);
    await expect(
      rewrapSecrets(
        { db: database.db, encryption: both! },
        { onBatch: ({ column }) => column.startsWith('totp') && stop() },
      ),
    ).rejects.toBe(cut);
    const done = await rewrapSecrets({ db: database.db, encryption: both! });
    expect(done).toEqual({ rows: PEOPLE - 100 + 1, failures: [] });
    expect(await openEverything()).toHaveLength(PEOPLE + 2);
  });

  it('two at once do no harm', async () => {
    const other = await database.openAgain();
    await Promise.all([
      rewrapSecrets({ db: database.db, encryption: both! }),
      rewrapSecrets({ db: other.db, encryption: both! }),
    ]);
    await other.close();
    expect(await openEverything()).toHaveLength(PEOPLE + 2);
  });

  it('leaves what is damaged or was moved as it is, names it, and does all others', async () => {
    await sql`update totp_factors set sealed_secret = (select sealed_secret from totp_factors where user_id = 2)
      where user_id = 1`.execute(database.db);
    const done = await rewrapSecrets({ db: database.db, encryption: both! });
    expect(done.rows).toBe(PEOPLE + 4);
    expect(done.failures).toEqual([
      expect.stringMatching(
        /^the sealed value in totp_factors.sealed_secret of 1 does not open: it was altered, was moved/,
      ),
    ]);
  });
});

it('every column that was sealed into is in the list', async () => {
  const columns = await sql<{ name: string }>`select table_name || '.' || column_name as name
    from information_schema.columns where table_schema = current_schema() and column_name like '%sealed%'`.execute(
    database.db,
  );
  expect(columns.rows.map(({ name }) => name).sort()).toEqual(SEALED_COLUMNS.map(({ name }) => name).sort());
});

describe('opening the keys', () => {
  it('gives values from before there were data keys one', async () => {
    const key = Buffer.from(hkdfSync('sha256', OLD, 'mcp-coordinator', 'seal v1', 32));
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from('totp_factors/3'));
    const body = Buffer.concat([cipher.update('older', 'utf8'), cipher.final()]);
    const value = `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    await sql`update totp_factors set sealed_secret = ${value} where user_id = 3`.execute(database.db);
    await openKeys(database.db, { encryptionKey: OLD, ...SECRETS }, clock);
    expect(await openEverything(old)).toContain('older');
    const { sealed_secret: sealed } = await database.db
      .selectFrom('totp_factors')
      .select('sealed_secret')
      .where('user_id', '=', 3)
      .executeTakeFirstOrThrow();
    expect(sealed).toMatch(/^e1\./);
  });

  it('with another encryption key is refused, and says what to do', async () => {
    await expect(openKeys(database.db, { encryptionKey: NEW, ...SECRETS }, clock)).rejects.toThrow(
      /^ENCRYPTION_KEY does not open the secrets of this database: .*neither ENCRYPTION_KEY nor among.*Nothing was started\. Give the encryption key that was used before/,
    );
    await openKeys(database.db, { encryptionKey: NEW, previousEncryptionKeys: [OLD], ...SECRETS }, clock);
  });
});
