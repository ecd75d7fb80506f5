import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { generate } from 'otplib';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { rowsOfEmbedded } from './embedded-rows.ts';
import { filesBelow, textsIn } from './find-texts.ts';
import { type ExternalDatabase, makeDatabase } from './make-database.ts';
import { accepted, addPerson, allHealthy, approve, assess, propose, run, signIn, untilOver } from './people.ts';
import { makePlace, type Place, type System, startSystem } from './start-system.ts';
import { watchEvents } from './watch-events.ts';

const CONFIGURATION = '.kilocode/mcp.json';
/** No word of any language, no form of any known credential: found where it was planted, or by nobody. */
const canary = (): string => `Zq${randomBytes(9).toString('hex')}!x`;

/** Where what was done can be read, besides the job itself. */
const READABLE = [
  ...['html', 'json', 'sarif', 'csv', 'pdf'].map((format) => `assessments/canary-assessment/report?format=${format}`),
  ...['jsonl', 'csv', 'ocsf'].map((format) => `audit/export?format=${format}`),
  ...['assessments/canary-assessment', 'servers', 'servers/generic-mcp-installer/configuration', 'users', 'api-keys'],
  ...['approvals', 'executions', 'audit/logs?limit=200', 'auth/mfa', 'auth/sessions', 'auth/approval-tokens', 'alerts'],
  ...['metrics/system', 'openapi.json'],
];

/** Says what it was given to whoever listens, and dies. */
const TALKATIVE = `
const { SECRET_KEY } = process.env;
process.stdout.write('starting with ' + SECRET_KEY + '\\n');
process.stderr.write('fatal: cannot sign in with key=' + SECRET_KEY + ' (' + process.argv.at(-1) + ')\\n');
process.exit(3);
`;

let place: Place | undefined;
let system: System | undefined;
let database: ExternalDatabase | undefined;
afterEach(async () => {
  await system?.crash();
  database?.drop();
  place?.remove();
  [system, database, place] = [undefined, undefined, undefined];
});

/** What a reader of a PDF would find in it, its compressed parts opened. */
const opened = (pdf: Buffer): string =>
  [...pdf.toString('latin1').matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)]
    .map(([, stream = '']) => {
      try {
        return inflateSync(Buffer.from(stream, 'latin1')).toString('latin1');
      } catch {
        // A part that is not compressed is searched as it is.
        return stream;
      }
    })
    .join('\n');

/** Sends requests and keeps every answer, headers and all; knows which secrets an answer told once, and since when. */
function record(url: string) {
  const answers: string[] = [];
  const told: { name: string; value: string; since: number }[] = [];
  return {
    answers,
    told,
    /** No later answer may hold it, and nothing else at all. */
    tell: (name: string, value: string): string => {
      told.push({ name, value, since: answers.length });
      return value;
    },
    send: async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
      const json = body === undefined ? {} : { 'content-type': 'application/json' };
      const sent = { method, headers: { ...json, ...headers }, ...(body === undefined ? {} : { body }) };
      const answer = await fetch(`${url}${path}`, sent);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const heads = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
      const isPdf = bytes.subarray(0, 5).toString() === '%PDF-';
      answers.push([...heads, bytes.toString(), isPdf ? opened(bytes) : ''].join('\n'));
      return { status: answer.status, body: bytes.toString() };
    },
  };
}

describe.each(['the embedded database', 'PostgreSQL'])('secrets, on %s', (engine) => {
  it('are in no answer, event, log, report, record or row, whatever goes wrong', { timeout: 300_000 }, async () => {
    /** By what they are: everything that is a secret before anything was said. */
    const planted = {
      'the password of the admin': `${canary()} long`,
      'the secret of session tokens': randomBytes(32).toString('base64url'),
      'the secret of cookies': randomBytes(32).toString('base64url'),
      'the encryption key': randomBytes(32).toString('base64url'),
      'the token of the scraper': `${canary()}${canary()}`,
      'the password of the database': `db${randomBytes(12).toString('hex')}`,
      'a variable in the file': canary(),
      'an argument in the file': canary(),
      'a header in the file': canary(),
      'a query in the file': canary(),
      'the key of the server that fails': canary(),
      'an argument of the server that fails': canary(),
      'a password that was not right': canary(),
      'a password in the field of the name': canary(),
      'a token that nobody made': canary(),
      'a key that nobody made': `mcpk_${canary()}`,
      'a secret in a body that is no JSON': canary(),
      'a secret of the wrong type': canary(),
      'a secret in a query': canary(),
      'a password that is too common': `password${canary()}`,
      'an approval token that nobody minted': `apt_${canary()}`,
    };
    const remote = {
      url: `https://mcp.example.invalid/mcp?api_key=${planted['a query in the file']}`,
      headers: { Authorization: `Bearer ${planted['a header in the file']}` },
    };
    const local = {
      command: 'npx',
      args: ['-y', 'somewhere@1.0.0', `--password=${planted['an argument in the file']}`],
      env: { DATABASE_PASSWORD: planted['a variable in the file'] },
      disabled: true,
    };
    const user = 'canary_user';
    database =
      engine === 'PostgreSQL'
        ? makeDatabase(inject('pgUrl'), 'canaries', user, planted['the password of the database'])
        : undefined;
    const here = makePlace({ '~/talkative.mjs': TALKATIVE });
    place = here;
    const data = { command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', here.data], disabled: true };
    here.write(CONFIGURATION, JSON.stringify({ mcpServers: { local, remote: { ...remote, disabled: true }, data } }));
    system = await startSystem(here, {
      env: {
        ...database?.env,
        ADMIN_PASSWORD: planted['the password of the admin'],
        JWT_SECRET: planted['the secret of session tokens'],
        SESSION_SECRET: planted['the secret of cookies'],
        ENCRYPTION_KEY: planted['the encryption key'],
        METRICS_TOKEN: planted['the token of the scraper'],
        LOG_LEVEL: 'debug',
      },
    });
    const { url } = system;
    const { answers, told, tell, send } = record(url);

    const admin = await signIn(url, 'admin', planted['the password of the admin'], answers);
    const person = { authorization: `Bearer ${tell('the token of the admin', admin.token)}` };
    const requester = await addPerson(admin, url, 'user', answers);
    const approver = await addPerson(admin, url, 'approver', answers);
    for (const { username, token, password } of [requester, approver]) {
      tell(`the token of ${username}`, token);
      tell(`the password of ${username}`, password);
    }
    await allHealthy(admin);
    const events = await watchEvents(url, admin.token);

    // The main job, with a server whose start fails and tells everything.
    const assessment = await assess(requester, 'canary-assessment', []);
    const found = assessment.results?.servers['data']?.findings?.filter(({ issue }) => issue === 'broad_file_access');
    expect(found, 'a server that reads our own data folder').toMatchObject([{ severity: 'critical' }]);
    expect(JSON.stringify(found)).toContain(here.data);
    const proposalId = await propose(requester, [
      {
        ...{ id: 'fails', type: 'install_server', serverName: 'talkative', command: process.execPath },
        args: [here.path('~/talkative.mjs'), `--api-key=${planted['an argument of the server that fails']}`],
        env: { SECRET_KEY: planted['the key of the server that fails'] },
        target: {
          ...{ installerId: 'generic-mcp-installer', client: 'kilocode', scope: 'project' },
          path: here.path(CONFIGURATION),
        },
      },
    ]);
    const approved = await approve(approver, proposalId);
    tell('the approval token', approved.approvalToken);
    await run(approver, proposalId, planted['an approval token that nobody minted']);
    accepted(await run(approver, proposalId, approved.approvalToken));
    const execution = await untilOver(approver, approved.executionId);
    expect(['failed', 'rolled_back']).toContain(execution.status);

    // Everything that tells a secret once.
    const made = JSON.parse(
      (await send('POST', '/api/v1/api-keys', '{"name":"k","kind":"installer","serverId":"s"}', person)).body,
    );
    tell('an API key', made.key);
    const enrol = { authorization: `Bearer ${requester.token}` };
    const begun = JSON.parse(
      (await send('POST', '/api/v1/auth/mfa/totp', JSON.stringify({ password: requester.password }), enrol)).body,
    );
    const secret = tell('the secret of one-time codes', begun.secret);
    const confirm = JSON.stringify({ otp: await generate({ secret }) });
    const confirmed = JSON.parse((await send('POST', '/api/v1/auth/mfa/totp/confirm', confirm, enrol)).body);
    for (const [index, code] of confirmed.recoveryCodes.entries()) tell(`recovery code ${index}`, code);
    tell('the token after enrolment', confirmed.token);

    // Everything that is refused with a secret in it.
    const login = (body: object) => send('POST', '/api/v1/auth/login', JSON.stringify(body));
    await login({ username: 'admin', password: planted['a password that was not right'] });
    await login({ username: planted['a password in the field of the name'], password: 'x' });
    await login({ username: 'admin', password: [planted['a secret of the wrong type']] });
    const bearer = { authorization: `Bearer ${planted['a token that nobody made']}` };
    await send('GET', '/api/v1/users', undefined, bearer);
    await send('GET', '/api/v1/users', undefined, { 'x-api-key': planted['a key that nobody made'] });
    await send('GET', '/metrics', undefined, bearer);
    await send('POST', '/api/v1/assessments', `{"requestId":"${planted['a secret in a body that is no JSON']}`, person);
    const account = { username: 'mallory', role: 'viewer', password: planted['a secret of the wrong type'] };
    await send('POST', '/api/v1/users', JSON.stringify({ ...account, role: [account.password] }), person);
    await send('POST', '/api/v1/users', JSON.stringify({ ...account, password: 'short' }), person);
    const query = planted['a secret in a query'];
    for (const path of ['/api/v1/assessments', '/api/v1/nothing', '/nothing', '/metrics', '/docs'])
      await send('GET', `${path}?limit=0&access_token=${encodeURIComponent(query)}`, undefined, person);

    // Everything that can be read afterwards.
    const ofTheJob = [`remediations/${proposalId}`, `remediations/execution/${approved.executionId}`];
    const read = [...READABLE, ...ofTheJob].map(async (path) => send('GET', `/api/v1/${path}`, undefined, person));
    expect((await Promise.all(read)).map(({ status }) => status)).toEqual(read.map(() => 200));
    const scraped = await send('GET', '/metrics', undefined, {
      authorization: `Bearer ${planted['the token of the scraper']}`,
    });
    expect(scraped.status).toBe(200);

    events.subscription.close();
    const { output } = await system.stop();
    const rows = database
      ? database.client('pg_dump', ['-U', user, '-d', database.name])
      : await rowsOfEmbedded(here.data);
    expect(rows, 'the rows are there to be searched').toContain(proposalId);
    const all = { ...planted, ...Object.fromEntries(told.map(({ name, value }) => [name, value])) };
    expect(textsIn(answers.join('\n'), planted), 'in answers').toEqual([]);
    for (const { name, value, since } of told)
      expect(
        textsIn(answers.slice(since).join('\n'), { [name]: value }),
        'in answers after the one that told it',
      ).toEqual([]);
    expect(textsIn(JSON.stringify(events.seen), all), 'in events').toEqual([]);
    expect(textsIn(output, all), 'on the terminal').toEqual([]);
    expect(
      filesBelow(join(here.root, 'logs')).flatMap(({ bytes }) => textsIn(bytes, all)),
      'in the log',
    ).toEqual([]);
    expect(textsIn(rows, all), 'in the database').toEqual([]);
  });
});
