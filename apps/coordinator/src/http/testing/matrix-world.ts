import { randomUUID } from 'node:crypto';
import type { RouteDefinition } from '@mcp-coordinator/contract/route';
import { type RouteName, routes } from '@mcp-coordinator/contract/routes';
import { approve, assess, ended, execute, installAction, mint, propose } from '../../testing/change-road.ts';
import { type Answer, type Ask, startTestApp, type TestApp } from '../../testing/harness.ts';
import { policyInForce, setPolicy } from '../../testing/policy-road.ts';
import { scriptedCompliance, scriptedInstaller } from '../../testing/scripted-servers.ts';
import type { Kind } from './matrix-calls.ts';
import * as calls from './matrix-calls.ts';

/** In the order of the table's columns. */
export const IDENTITIES = ['anonymous', 'viewer', 'user', 'approver', 'admin', 'machine'] as const;
export type Identity = (typeof IDENTITIES)[number];
/** What a call is about: something of the caller, of somebody else, of nobody in particular, or not there. */
export type Subject = '–' | 'own' | 'other' | 'any' | 'none';

interface Who {
  readonly ask: Ask;
  readonly username: string;
}
export interface World {
  readonly app: TestApp;
  readonly asks: Record<Identity, Ask>;
  /** Credentials, the one of a machine that holds no link among them. */
  readonly tokens: Record<Exclude<Identity, 'anonymous'> | 'linked', string>;
  readonly linkedId: string;
  /** Sends the one whole and valid call of a route. `permitted` says whether it will use up what it is about. */
  send(
    name: RouteName,
    identity: Identity,
    subject: Subject,
    permitted: boolean,
  ): Promise<{ answer: Answer; id: string }>;
}

const PROPOSERS: readonly Identity[] = ['user', 'admin', 'machine'];
const VOTERS: readonly Identity[] = ['approver', 'admin'];
const PEOPLE: readonly Identity[] = ['viewer', 'user', 'approver', 'admin'];

/** Everything that the calls of the matrix are about, made as it is asked for. */
export async function openMatrix(): Promise<World> {
  const app = await startTestApp({
    LOGIN_LIMIT_PER_MINUTE: '100000',
    // Nobody listens there: what matters is who may try.
    ...{ SMTP_URL: 'smtp://127.0.0.1:9', SMTP_FROM: 'coordinator@example.com' },
  });
  const installer = await scriptedInstaller(app, ['filesystem', 'postgres'], calls.MACHINE);
  await scriptedCompliance(app);
  await register(app, 'other-1');
  const stranger = await app.person('admin');
  const voter = await app.person('approver');
  const bystander = (await app.person('viewer')).username;
  const people = {
    viewer: await app.person('viewer'),
    user: await app.person('user'),
    approver: await app.person('approver'),
    admin: await app.person('admin'),
  };
  const linkedId = await register(app, 'linked-1');
  const linked = (await app.machineKey('installer', linkedId)).key;
  const who: Record<Identity, Who> = {
    ...people,
    anonymous: { ask: app.anyone, username: stranger.username },
    machine: { ask: app.as(installer.key), username: stranger.username },
  };

  const proposal = async (owner: Who): Promise<string> => {
    const action = { ...installAction(`new-${randomUUID().slice(0, 8)}`), target: calls.FILE };
    return made(await propose(owner.ask, undefined, [action]), 201).proposalId;
  };
  const approved = async (owner: Who): Promise<{ proposalId: string; executionId: string }> => {
    const proposalId = await proposal(owner);
    const { executionId } = made(await approve(voter.ask, proposalId, await mint(voter.ask)), 200);
    return { proposalId, executionId };
  };
  const executed = async (owner: Who): Promise<string> => {
    const { proposalId, executionId } = await approved(owner);
    made(await execute(voter.ask, proposalId, await mint(voter.ask)), 202);
    await ended(app, executionId);
    return executionId;
  };
  const token = async (owner: Who): Promise<string> => {
    const { ask } = owner === stranger ? voter : owner;
    await mint(ask);
    return made(await ask('GET', '/auth/approval-tokens'), 200).approvalTokens[0].id;
  };

  const anotherSession = async ({ ask, username }: Who): Promise<string> => {
    await app.signIn(username, calls.passwordOf(username));
    const { sessions } = made(await ask('GET', '/auth/sessions'), 200);
    return sessions.find((one: { current: boolean }) => !one.current).id;
  };
  let hours = 100;
  const anotherPolicy = async () => {
    const policy = await policyInForce(app.admin);
    hours += 1;
    return { ...policy, maximumAges: { ...policy.maximumAges, proposalHours: hours } };
  };
  const inventory = async (): Promise<object> =>
    made(await app.admin('GET', `/servers/${calls.MACHINE}/configuration`), 200).inventory;

  const kept = new Map<string, Promise<string>>();
  const idOf = (kind: Kind, caller: Who, identity: Identity, subject: Subject, fresh: boolean): Promise<string> => {
    if (subject === 'none') return Promise.resolve(kind === 'user' ? '999999' : calls.NOBODY);
    /** Those who cannot have such a thing have the stranger's for their own. */
    const of = (owners: readonly Identity[], make: (owner: Who) => Promise<string>) =>
      make(subject === 'own' && owners.includes(identity) ? caller : stranger);
    const kinds: Record<Kind, () => Promise<string>> = {
      server: () => Promise.resolve(subject === 'own' ? calls.MACHINE : 'other-1'),
      newServer: () => Promise.resolve(subject === 'own' ? calls.MACHINE : `other-${randomUUID()}`),
      removable: () => register(app, `removable-${randomUUID()}`),
      assessment: () => of(PROPOSERS, async ({ ask }) => (await assess(app, ask, ['filesystem'])).body.assessmentId),
      proposal: () => of(PROPOSERS, proposal),
      approved: () => of(PROPOSERS, async (owner) => (await approved(owner)).proposalId),
      waiting: () => of(PROPOSERS, async (owner) => (await approved(owner)).executionId),
      executed: () => of(PROPOSERS, executed),
      token: () => of(VOTERS, token),
      session: () => of(PEOPLE, anotherSession),
      // Whoever has one can no longer sign in by password alone: nobody's whom another call needs.
      passkey: () => of(PEOPLE, ({ username }) => passkey(app, username === stranger.username ? bystander : username)),
      user: async () => String(await userId(app, (await app.person('viewer')).username)),
      key: async () => (await app.machineKey('installer', `of-${randomUUID()}`)).id,
      alert: () => firingAlert(app),
      silence: async () => made(await app.admin('POST', '/alerts/silences', calls.SILENCE), 201).silence.id,
      channel: async () => {
        made(await app.admin('PUT', '/alerts/channels', calls.CHANNELS_OF_ALERTS), 200);
        return 'mail';
      },
      notification: () => failedNotification(app),
      policyChange: async () => (await setPolicy(app.admin, await anotherPolicy())).policyChangeId,
      // One is open at a time: whoever may not decide it leaves it to those who may.
      pruning: async () => {
        const { requests } = made(await app.admin('GET', '/audit/prunings'), 200);
        const open = requests.find((request: { status: string }) => request.status === 'pending');
        if (open) return open.id;
        const asked = { before: '2000-01-01T00:00:00.000Z', reason: 'old enough' };
        const { id } = made(await app.admin('POST', '/audit/prunings', asked), 202).request;
        const rejection = { decision: 'rejected', reason: 'not yet' };
        if (identity !== 'admin') made(await app.admin('POST', `/audit/prunings/${id}/decision`, rejection), 200);
        return id;
      },
      log: async () => made(await app.admin('GET', '/audit/logs?offset=5'), 200).logs[0].id,
    };
    if (fresh) return kinds[kind]();
    const key = `${kind} ${subject} ${caller.username} ${identity === 'machine'}`;
    if (!kept.has(key)) kept.set(key, kinds[kind]());
    return kept.get(key) as Promise<string>;
  };

  const somebodyLike = async (identity: Identity): Promise<Who> =>
    identity === 'anonymous' || identity === 'machine' ? who[identity] : app.person(identity);

  return {
    app,
    linkedId,
    tokens: {
      ...{ viewer: people.viewer.token, user: people.user.token, approver: people.approver.token },
      ...{ admin: people.admin.token, machine: installer.key, linked },
    },
    asks: Object.fromEntries(IDENTITIES.map((identity) => [identity, who[identity].ask])) as World['asks'],
    send: async (name, identity, subject, permitted) => {
      const kind = calls.SUBJECT_OF[name];
      const caller = calls.BY_SOMEBODY_ELSE.has(name) ? await somebodyLike(identity) : who[identity];
      const fresh = permitted && (calls.USES_UP.has(name) || calls.BY_SOMEBODY_ELSE.has(name));
      const id = kind === undefined ? '' : await idOf(kind, caller, identity, subject, fresh);
      const body = await calls.BODY_OF[name]({
        id,
        username: caller.username,
        approvalToken: async () => (VOTERS.includes(identity) ? mint(caller.ask) : undefined),
        inventory: async () => ({ ...(await inventory()), ...(id === calls.MACHINE ? {} : { servers: [] }) }),
        policy: anotherPolicy,
      });
      const route: RouteDefinition = routes[name];
      const path = `${route.path.replace(':id', id)}${calls.QUERY_OF[name] ?? ''}`;
      const answer = await caller.ask(route.method, path, body);
      // What was started changes a file that the next proposal is about.
      if (answer.status === 202 && answer.body.executionId) await ended(app, answer.body.executionId);
      return { answer, id };
    },
  };
}

// Whatever a test asks for has a shape of its own.
// biome-ignore lint/suspicious/noExplicitAny: as in the harness
function made({ status, body }: Answer, expected: number): any {
  if (status !== expected) throw new Error(`the ground of a test could not be laid: ${JSON.stringify(body)}`);
  return body;
}

async function register(app: TestApp, installerId: string): Promise<string> {
  made(await app.admin('POST', '/servers/register', { installerId, version: '1', capabilities: calls.TOOLS }), 201);
  return installerId;
}

const userId = async ({ database: { db } }: TestApp, username: string): Promise<number> =>
  (await db.selectFrom('users').select('id').where('username', '=', username).executeTakeFirstOrThrow()).id;

/** As one that was enrolled in a browser, without the browser. */
async function passkey(app: TestApp, username: string): Promise<string> {
  const id = `passkey-${randomUUID()}`;
  const rest = { name: 'a key', public_key: 'AAAA', counter: 0, transports: '[]', backed_up: false };
  await app.database.db
    .insertInto('passkeys')
    .values({ id, credential_id: id, user_id: await userId(app, username), ...rest, created_at: app.now() })
    .execute();
  return id;
}

/** As one whose channel could not be reached, often enough. */
async function failedNotification(app: TestApp): Promise<string> {
  const id = `notification-${randomUUID()}`;
  const [created_at, settled_at] = [app.now(), app.now()];
  await app.database.db
    .insertInto('alert_notifications')
    .values({
      id,
      channel: 'mail',
      kind: 'fired',
      alerts: '[]',
      state: 'failed',
      error: 'away',
      created_at,
      settled_at,
    })
    .execute();
  return id;
}

/** As one that a rule has fired, without waiting for a machine to be in trouble. */
async function firingAlert(app: TestApp): Promise<string> {
  const id = `alert-${randomUUID()}`;
  const what = {
    severity: 'critical',
    condition: `cpu_usage > ${id}`,
    action: 'notify_admin',
    state: 'firing',
  } as const;
  const at = app.now();
  await app.database.db
    .insertInto('alerts')
    .values({ id, ...what, value: 99, started_at: at, fired_at: at })
    .execute();
  return id;
}
