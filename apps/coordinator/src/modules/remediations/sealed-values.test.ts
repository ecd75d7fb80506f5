import { afterAll, beforeAll, expect, it } from 'vitest';
import { approve, ended, execute, mint, propose } from '../../testing/change-road.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { dumpEverything } from '../../testing/road-state.ts';

let road: Road;
beforeAll(async () => {
  road = await openRoad();
});
afterAll(() => road.app.close());

const SECRETS = {
  variable: 'postgresql://owner:s3cr3t-of-env@localhost:5432/db',
  plain: 'not-a-secret-by-its-looks',
  header: 'Bearer header-s3cr3t-0123456789',
  argument: 'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
  password: 'hunter2-in-an-argument',
  url: 'url-s3cr3t-0123456789abcdef',
};
const stdio = {
  id: 'install-db',
  type: 'install_server',
  serverName: 'db',
  command: 'npx',
  args: ['-y', 'db', '--token', SECRETS.argument, `--password=${SECRETS.password}`],
  env: { DATABASE_URL: SECRETS.variable, MODE: SECRETS.plain },
};
const remote = {
  id: 'install-remote',
  type: 'install_server',
  serverName: 'remote',
  url: `https://mcp.example.com/v1?api_key=${SECRETS.url}`,
  headers: { Authorization: SECRETS.header },
};
/** What of each must be found nowhere. */
const HIDDEN = ['s3cr3t-of-env', SECRETS.plain, 'header-s3cr3t', SECRETS.argument, SECRETS.password, SECRETS.url];

it.each([
  ['with an assessment', () => road.assessmentId],
  ['without one', () => undefined],
])(
  'values are in no answer, event, record or table, and reach the installer as they are (%s)',
  async (_, assessment) => {
    const answers: unknown[] = [];
    const keep = <Answer extends { body: unknown }>(answer: Answer): Answer => {
      answers.push(answer.body);
      return answer;
    };
    const proposed = keep(await propose(road.user.ask, assessment(), [stdio, remote]));
    expect(proposed.status, JSON.stringify(proposed.body)).toBe(201);
    const { proposalId } = proposed.body;
    const shown = keep(await road.user.ask('GET', `/remediations/${proposalId}`)).body;
    expect(shown.proposedActions).toMatchObject([
      { env: { DATABASE_URL: '••••', MODE: '••••' } },
      { url: 'https://mcp.example.com/v1?masked', headers: { Authorization: '••••' } },
    ]);
    keep(await road.user.ask('GET', '/remediations'));
    keep(await road.user.ask('GET', `/assessments/${shown.assessmentId}`));
    keep(await road.user.ask('GET', `/assessments/${shown.assessmentId}/report?format=json`));
    const token = await mint(road.approver.ask);
    const { executionId } = keep(await approve(road.approver.ask, proposalId, token)).body;
    keep(await execute(road.approver.ask, proposalId, token, { dryRun: true }));
    keep(await execute(road.approver.ask, proposalId, token));
    keep(await ended(road.app, executionId));
    keep(await road.app.admin('GET', '/audit/logs?limit=200'));
    keep(await road.app.admin('GET', '/audit/export'));

    const everything = await dumpEverything(road.app);
    for (const secret of HIDDEN) {
      expect(JSON.stringify(answers), 'answers').not.toContain(secret);
      expect(
        everything.split('\n').filter((row) => row.includes(secret)),
        'tables',
      ).toEqual([]);
    }
    // A proposal without an assessment is judged by what an inventory would say of it: no secrets.
    const secrets = HIDDEN.filter((secret) => secret !== SECRETS.plain);
    for (const call of road.compliance.calls)
      for (const secret of secrets) expect(JSON.stringify(call.args)).not.toContain(secret);

    const applied = road.installer.calls.filter(
      ({ name, args }) => name === 'install_server' && args['executionId'] === executionId,
    );
    expect(applied.map((call) => call.args['action'])).toMatchObject([stdio, remote]);
    for (const name of ['db', 'remote']) road.installer.entries.delete(name);
  },
);

it('another value is another digest, though it looks the same', async () => {
  const digestOf = async (value: string) => {
    const { body } = await propose(road.user.ask, road.assessmentId, [{ ...stdio, env: { KEY: value } }]);
    const row = await road.app.database.db
      .selectFrom('remediations')
      .select(['digest', 'actions', 'sealed'])
      .where('id', '=', body.proposalId)
      .executeTakeFirstOrThrow();
    return { digest: row.digest, shown: JSON.stringify(row.actions), sealed: JSON.stringify(row.sealed) };
  };
  const [one, same, other] = [await digestOf('one'), await digestOf('one'), await digestOf('two')];
  expect(one.shown).toBe(other.shown);
  expect(one.digest).not.toBe(other.digest);
  // Sealed anew each time: equal values do not show as equal.
  expect(one.sealed).not.toBe(same.sealed);
});

it('a sealed value that was moved to another proposal does not open', async () => {
  const [first, second] = [
    await road.proposal({ actions: [stdio] }),
    await road.proposal({ actions: [{ ...stdio, env: { DATABASE_URL: 'other' } }] }),
  ];
  const { db } = road.app.database;
  const { sealed } = await db
    .selectFrom('remediations')
    .select('sealed')
    .where('id', '=', first)
    .executeTakeFirstOrThrow();
  await db
    .updateTable('remediations')
    .set({ sealed: JSON.stringify(sealed) })
    .where('id', '=', second)
    .execute();
  const answer = await execute(road.approver.ask, second, undefined, { dryRun: true });
  expect(answer.status).toBe(500);
  expect(JSON.stringify(answer.body)).not.toContain('s3cr3t');
});
