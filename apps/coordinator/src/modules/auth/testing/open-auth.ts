import { usernameSchema } from '@mcp-coordinator/contract/auth.contract';
import type { Role } from '@mcp-coordinator/contract/permissions';
import bcrypt from 'bcrypt';
import { sql } from 'kysely';
import pino from 'pino';
import type { OpenDatabase } from '../../../db/open-database.ts';
import type { Caller } from '../../../http/caller.ts';
import { openKeys } from '../../../keys.ts';
import { randomId } from '../../../runtime.ts';
import { QUIET_AUDIT } from '../../../testing/quiet-audit.ts';
import { openTestDatabase } from '../../../testing/test-database.ts';
import { createAuditModule } from '../../audit/audit.module.ts';
import { createPublishEvent } from '../../realtime/realtime.module.ts';
import { type AuthModule, createAuthModule } from '../auth.module.ts';
import type { LoginLimits } from '../login-limits.ts';

const START = new Date('2026-01-01T00:00:00.000Z');
const SECRETS = { encryptionKey: 'e'.repeat(32), jwtSecret: 'j'.repeat(32), sessionSecret: 's'.repeat(32) };
export const PUBLIC_URL = 'http://localhost:3000';
export const PASSWORD = 'kelp-forest-umbrella';
/** The cheapest bcrypt: these tests are about who may do what, not about what guessing costs. */
const BCRYPT_COST = 4;
const EMPTIED = ['users', 'sessions', 'login_failures', 'api_keys', 'event_outbox'] as const;
const TABLES = [...EMPTIED, 'audit_logs'] as const;

/** The auth module over a database of its own, with a clock that only the test moves. */
export async function openAuth() {
  const database = await openTestDatabase();
  const { db } = database;
  let now = START;
  let since = now;
  const clock = () => now;
  const log = pino({ level: 'silent' });
  const publishEvent = createPublishEvent({ clock });
  const keys = await openKeys(db, SECRETS, clock);

  /** Another instance, with caches and turns of its own. */
  const instance = (over: OpenDatabase, limits?: LoginLimits): AuthModule => {
    const listen: OpenDatabase['listen'] = (channel, onNotify) => over.listen(channel, onNotify);
    const common = { db: over.db, listen, clock, newId: randomId, keys, log, publishEvent };
    const { recordAudit } = createAuditModule({ ...common, ...QUIET_AUDIT, origin: 'test' });
    return createAuthModule({
      ...common,
      recordAudit,
      publicUrl: new URL(PUBLIC_URL),
      digestOf: () => Promise.resolve(undefined),
      bcryptCost: BCRYPT_COST,
      ...(limits ? { limits } : {}),
    });
  };
  const auth = instance(database);
  const meta = { requestId: 'req-1', address: '192.0.2.1', userAgent: 'test' };

  const login = (username: string, password = PASSWORD, from: Partial<typeof meta> = {}, by = auth) =>
    by.handlers.login({
      body: { username, password },
      params: undefined,
      query: undefined,
      caller: { kind: 'anonymous', actor: 'anonymous' },
      ...meta,
      ...from,
    });

  return {
    database,
    db,
    auth,
    keys,
    instance,
    meta,
    login,
    clock,
    advance(seconds: number): void {
      now = new Date(now.getTime() + seconds * 1000);
    },
    /** Empties every table but the audit log, which nobody can empty; its older records are left out from here on. */
    async reset(): Promise<void> {
      now = new Date(now.getTime() + 86_400_000);
      since = now;
      await sql`truncate ${sql.join(EMPTIED.map((table) => sql.table(table)))} restart identity cascade`.execute(db);
    },
    async addUser(name: string, role: Role, more: { disabled?: boolean; password?: string } = {}): Promise<number> {
      const row = await db
        .insertInto('users')
        .values({
          username: usernameSchema.parse(name),
          password_hash: await bcrypt.hash(more.password ?? PASSWORD, BCRYPT_COST),
          role,
          disabled: more.disabled ?? false,
          created_at: now,
          created_by: null,
          role_changed_at: now,
          role_changed_by: null,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id;
    },
    /** Logs in, and answers the token, the cookie's value and the caller they make. */
    async signIn(username: string, password = PASSWORD) {
      const answer = await login(username, password);
      if ('refusal' in answer) throw new Error(`${username} could not sign in: ${answer.refusal.detail}`);
      const { token } = answer.body;
      const cookie = answer.cookies?.[0]?.value ?? '';
      const known = await auth.authenticate({ authorization: `Bearer ${token}`, fresh: true });
      if (!known.ok || known.value.kind !== 'person') throw new Error('a fresh token makes no person');
      return { token, cookie, caller: known.value };
    },
    /** `{code}` of a refusal, `{ok}` of who it is: what tests compare. */
    async whoIs(token: string, options: { fresh?: boolean; by?: AuthModule } = {}): Promise<string> {
      const known = await (options.by ?? auth).authenticate({
        authorization: `Bearer ${token}`,
        fresh: options.fresh ?? false,
      });
      return known.ok ? known.value.actor : known.refusal.code;
    },
    records: () =>
      db
        .selectFrom('audit_logs')
        .select(['action', 'actor', 'target', 'result', 'details', 'request_id as requestId'])
        .where('timestamp', '>=', since)
        .orderBy(sql`xmin::text::bigint`)
        .execute(),
    /** Everything the module may write, to be compared before and after. */
    async everything(): Promise<string> {
      const rows = [];
      for (const table of TABLES) {
        const found =
          await sql`select to_jsonb(t) as row from ${sql.table(table)} t order by to_jsonb(t)::text`.execute(db);
        rows.push([table, found.rows]);
      }
      return JSON.stringify(rows);
    },
  };
}
export type AuthFixture = Awaited<ReturnType<typeof openAuth>>;

/** Opens connections beforehand, so that those who start together also arrive together. */
export const warmUp = (...databases: OpenDatabase[]) =>
  Promise.all(databases.flatMap(({ db }) => Array.from({ length: 4 }, () => sql`select pg_sleep(0.01)`.execute(db))));

/** A call as the HTTP edge would make it. */
export const callOf = <C extends Caller, B, P, Q>(caller: C, parts: { body?: B; params?: P; query?: Q } = {}) => ({
  caller,
  // The parts that a route does not have are undefined, as the edge leaves them.
  body: parts.body as B,
  params: parts.params as P,
  query: parts.query as Q,
  requestId: 'req-2',
  address: '192.0.2.1',
  userAgent: 'test',
});
