import { assess, installAction, propose } from '../../testing/change-road.ts';
import { ADMIN, type Answer, type TestApp, until } from '../../testing/harness.ts';
import { scriptedCompliance, scriptedInstaller } from '../../testing/scripted-servers.ts';

export interface FuzzedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}
export interface FuzzGround {
  /** How many callers there are to choose from. */
  readonly callers: number;
  /** Of things that are there. */
  readonly ids: readonly string[];
  /** Sends a request in process, through the whole edge, and gives back what it took away from later ones. */
  readonly send: (caller: number, request: FuzzedRequest) => Promise<Answer>;
}

const ROLES = ['admin', 'user', 'approver', 'viewer'] as const;
/** Who may do more gets further. */
const CALLERS = ['admin', 'admin', 'admin', 'approver', 'user', 'machine', 'viewer', 'anyone'] as const;
type Caller = (typeof CALLERS)[number];

/** People, machines and things for requests to be about, which outlast whatever is asked of them. */
export async function layFuzzGround(started: TestApp): Promise<FuzzGround> {
  const { db } = started.database;
  let admin = started.admin;
  /** With an admin who outlasts the end of any session. */
  const app: TestApp = { ...started, admin: (...call) => admin(...call) };
  const installer = await scriptedInstaller(app, ['filesystem', 'postgres']);
  const compliance = await scriptedCompliance(app);
  const assessment = (await assess(app, app.admin, [])).body.assessmentId as string;
  const proposal = (await propose(app.admin, assessment, [installAction('memory')])).body.proposalId as string;
  const people = await Promise.all(ROLES.map(async (role) => ({ role, ...(await app.person(role)) })));
  const accounts = await db.selectFrom('users').selectAll().execute();
  const tokens = new Map<Caller, string>(people.map(({ role, token }) => [role, token]));
  tokens.set('machine', installer.key);

  /** Everybody as they were: roles, passwords, keys, and without what failed sign-ins left behind. */
  const revive = async (): Promise<void> => {
    for (const { id, role, password_hash } of accounts)
      await db.updateTable('users').set({ role, password_hash, disabled: false }).where('id', '=', id).execute();
    await db.deleteFrom('login_failures').execute();
    for (const { role, username } of people)
      tokens.set(role, await app.signIn(username, `a password for ${username} 1`));
    admin = app.as(await app.signIn(ADMIN.username, ADMIN.password));
    await db.updateTable('api_keys').set({ revoked_at: null, expires_at: null }).execute();
  };
  /** That a key was revoked is remembered for a moment, so that it may take a second try. */
  const dial = (agent: typeof compliance): Promise<boolean> =>
    until(`${agent.serverId} is back`, async () => {
      await revive();
      return agent.dial().then(
        () => true,
        () => false,
      );
    });

  const mend = async (caller: Caller, { status, body }: Answer, { method, url }: FuzzedRequest): Promise<void> => {
    const isGone = status === 401 && ['unauthenticated', 'session_expired'].includes(body.code);
    if (isGone && caller !== 'anyone') await revive();
    const removed = [installer, compliance].filter(({ serverId }) => url === `/api/v1/servers/${serverId}`);
    if (method === 'DELETE' && status === 200) for (const agent of removed) await dial(agent);
  };

  return {
    callers: CALLERS.length,
    ids: [
      assessment,
      proposal,
      installer.serverId,
      compliance.serverId,
      'filesystem',
      'postgres',
      'unpinned_package',
      '1',
    ],
    send: async (index, request) => {
      const caller = CALLERS[index] ?? 'anyone';
      const answer = await inject(app, tokens.get(caller), request);
      await mend(caller, answer, request);
      return answer;
    },
  };
}

/** Through every hook of the server, without a socket; from an address of its own, whose failed sign-ins are nobody else's. */
async function inject(app: TestApp, token: string | undefined, request: FuzzedRequest): Promise<Answer> {
  const { method, url, headers, body } = request;
  const answer = await app.coordinator.app.inject({
    method: method as 'GET',
    url,
    remoteAddress: '192.0.2.1',
    headers: {
      host: 'localhost',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) ?? '' }),
  });
  const text = answer.payload;
  const isJson = /^application\/(problem\+)?json(;|$)/.test(String(answer.headers['content-type']));
  const found = new Headers(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
  return { status: answer.statusCode, headers: found, body: isJson ? JSON.parse(text) : text };
}
