import { once } from 'node:events';
import { existsSync, type FSWatcher, mkdirSync, watch } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import {
  accepted,
  allHealthy,
  approve,
  assess,
  eventually,
  type Person,
  propose,
  refusedAs,
  run,
  signIn,
  untilOver,
} from './people.ts';
import { CLOCK_OFF, makePlace, type Place, type System, startSystem } from './start-system.ts';
import { watchEvents } from './watch-events.ts';

const CONFIGURATION = '.cursor/mcp.json';
const BEFORE = `{
  // by hand
  "mcpServers": {
    "old": { "command": "/bin/false", "disabled": true },
    "kept": { "command": "/bin/false", "disabled": true }
  }
}
`;
/** An MCP server that is slow enough to be caught while it starts, and says when it does; or one that dies. */
const NOTES = `
import { createInterface } from 'node:readline';
import { writeFileSync } from 'node:fs';
if (process.argv[2] === 'dies') process.exit(3);
writeFileSync(process.argv[2] + '/started', String(process.pid));
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'notes', version: '1.0.0' } }),
  'tools/list': () => ({ tools: [{ name: 'read_note', description: 'Reads a note.', inputSchema: { type: 'object' } }] }),
  ping: () => ({}),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answer = answers[method];
  const outcome = answer ? { result: answer(params) } : { error: { code: -32601, message: 'unknown method' } };
  setTimeout(() => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }) + '\\n'), 300);
});
`;

let place: Place;
let system: System | undefined;
const files = { [CONFIGURATION]: BEFORE, '~/notes.mjs': NOTES, 'marks/none': '' };
const signals = (): string => place.path('marks');
const target = (client: 'cursor' | 'kilocode', file: string) => ({
  ...{ installerId: 'generic-mcp-installer', client, scope: 'project' as const },
  path: place.path(file),
});
const install = (id: string, serverName: string, argument: string): Action => ({
  ...{ id, type: 'install_server', serverName, command: process.execPath },
  args: [place.path('~/notes.mjs'), argument],
  target: target('cursor', CONFIGURATION),
});
const removal: Action = { id: 'remove-old', type: 'remove_server', serverName: 'old' };
const twoActions = () => [install('add-notes', 'notes', signals()), removal];

let assessments = 0;
/** Proposes and approves, on an inventory of the files as they are; what then waits for its start. */
async function approved(person: Person, actions: Action[]) {
  await allHealthy(person);
  assessments += 1;
  await assess(person, `look-${process.pid}-${assessments}`, ['kept']);
  const proposalId = await propose(person, actions);
  return { proposalId, ...(await approve(person, proposalId)) };
}

/** Calls back at the first file of a folder that is made, renamed or written and whose name fits. */
function onFile(folder: string, fits: (name: string) => boolean, act: () => void): FSWatcher {
  mkdirSync(folder, { recursive: true });
  const watcher = watch(folder, (_, name) => {
    if (name === null || !fits(name)) return;
    watcher.close();
    act();
  });
  return watcher;
}

/** How often a file was replaced as a whole, whoever did it. */
function countReplacements(path: string) {
  let count = 0;
  const watcher = watch(dirname(path), (event, name) => {
    if (event === 'rename' && name === basename(path)) count += 1;
  });
  return { count: () => count, close: () => watcher.close() };
}

async function actionsInLog(person: Person, target: string): Promise<string[]> {
  const { logs } = accepted(await person.call.listAuditLogs({ query: { target, limit: 200 } }));
  return logs
    .reverse()
    .map(({ action, details }) =>
      `${action} ${typeof details['actionId'] === 'string' ? details['actionId'] : ''}`.trim(),
    );
}

/** The bytes that a whole, undisturbed execution leaves. */
async function rehearse(person: Person): Promise<string> {
  const { proposalId, executionId, approvalToken } = await approved(person, twoActions());
  accepted(await run(person, proposalId, approvalToken));
  expect(await untilOver(person, executionId)).toMatchObject({ status: 'completed' });
  const after = place.read(CONFIGURATION);
  expect(after).toContain('"notes"');
  expect(after).not.toContain('"old"');
  place.write(CONFIGURATION, BEFORE);
  return after;
}

afterEach(({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(`${place.log().slice(-4000)}\n`);
});
afterAll(async () => {
  await system?.crash();
  place.remove();
});

describe('kill -9 of everything in the middle of an execution', { timeout: 120_000 }, () => {
  let after: string;
  beforeAll(async () => {
    place = makePlace(files);
    system = await startSystem(place);
    const admin = await signIn(system.url);
    await allHealthy(admin);
    after = await rehearse(admin);
  });
  afterAll(async () => {
    await system?.crash();
    system = undefined;
    place.remove();
  });

  const isConfiguration = (name: string) => name === basename(CONFIGURATION);
  const folder = () => dirname(place.path(CONFIGURATION));
  const journal = () => join(place.data, 'installer', 'journal');
  const points: [string, (kill: () => void) => FSWatcher | undefined][] = [
    ['as soon as the start is acknowledged', () => undefined],
    ['when the intent is on disk', (kill) => onFile(journal(), (name) => name.endsWith('.json'), kill)],
    ['while the new bytes lie beside the file', (kill) => onFile(folder(), (name) => name.endsWith('.tmp'), kill)],
    ['when the file has been written', (kill) => onFile(folder(), isConfiguration, kill)],
    ['while the new server is tried', (kill) => onFile(signals(), (name) => name === 'started', kill)],
  ];

  async function crashAt(person: Person, point: (kill: () => void) => FSWatcher | undefined, actions: Action[]) {
    const waiting = await approved(person, actions);
    let crashing: Promise<void> | undefined;
    const crash = (): void => {
      crashing ??= system!.crash();
    };
    const watcher = point(crash);
    const started = await run(person, waiting.proposalId, waiting.approvalToken).catch(() => undefined);
    if (started) accepted(started);
    if (!watcher) crash();
    await eventually(() => Promise.resolve(expect(crashing).toBeDefined()));
    watcher?.close();
    await crashing;
    return waiting;
  }

  async function startAgain(...which: string[]): Promise<Person> {
    system = await startSystem(place, { port: system!.port, command: ['node', 'scripts/start.mjs', ...which] });
    return signIn(system.url);
  }

  it.each(points)('%s', async (_, point) => {
    const replaced = countReplacements(place.path(CONFIGURATION));
    const { executionId } = await crashAt(await signIn(system!.url), point, twoActions());
    const replacedBefore = replaced.count();
    expect(replacedBefore).toBeLessThanOrEqual(1);
    const admin = await startAgain();
    const execution = await untilOver(admin, executionId);
    expect(['completed', 'rolled_back'], JSON.stringify(execution)).toContain(execution.status);
    expect(place.read(CONFIGURATION)).toBe(execution.status === 'completed' ? after : BEFORE);
    if (execution.status === 'completed') expect(replaced.count(), 'each action wrote once').toBe(2);
    replaced.close();
    const told = await actionsInLog(admin, executionId);
    expect(new Set(told).size, told.join()).toBe(told.length);
    expect(told.at(-1)).toBe(`execution_${execution.status}`);
    expect(accepted(await admin.call.verifyAudit())).toMatchObject({ valid: true });
    place.write(CONFIGURATION, BEFORE);
  });

  it('while it is being undone', async () => {
    const admin = await signIn(system!.url);
    const events = await watchEvents(system!.url, admin.token, ['executions']);
    const undoing = (kill: () => void) => {
      const timer = setInterval(() => {
        if (!events.seen.some(({ event }) => event === 'execution.rolling_back')) return;
        clearInterval(timer);
        kill();
      }, 1);
      return { close: () => clearInterval(timer) } as FSWatcher;
    };
    const { executionId } = await crashAt(admin, undoing, [...twoActions(), install('add-broken', 'broken', 'dies')]);
    events.subscription.close();
    const again = await startAgain();
    const execution = await untilOver(again, executionId);
    expect(execution.actions.map(({ status }) => status)).toEqual(['undone', 'undone', 'failed']);
    expect(execution.status).toBe('rolled_back');
    expect(place.read(CONFIGURATION)).toBe(BEFORE);
    const told = await actionsInLog(again, executionId);
    expect(new Set(told).size, told.join()).toBe(told.length);
  });

  it('takes no acknowledged write with it', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const admin = await signIn(system!.url);
      const names = Array.from({ length: 12 }, (_, index) => `round-${round}-${index}`);
      const acknowledged: string[] = [];
      const requests = names.map(async (requestId) => {
        const body = { requestId, assessmentType: 'compliance' as const, targetServers: ['kept'] };
        const answer = await admin.call.requestAssessment({ body }).catch(() => undefined);
        if (answer?.ok) acknowledged.push(requestId);
        if (acknowledged.length === 6) await system!.crash();
      });
      await Promise.all(requests);
      expect(acknowledged.length).toBeGreaterThanOrEqual(6);
      const again = await startAgain('web');
      const { assessments } = accepted(await again.call.listAssessments({ query: { limit: 200 } }));
      expect(assessments.map(({ assessmentId }) => assessmentId)).toEqual(expect.arrayContaining(acknowledged));
      const { logs } = accepted(
        await again.call.listAuditLogs({ query: { action: 'assessment_requested', limit: 200 } }),
      );
      expect(logs.map(({ target }) => target)).toEqual(expect.arrayContaining(acknowledged));
    }
    expect(accepted(await (await signIn(system!.url)).call.verifyAudit())).toMatchObject({ valid: true });
  });
});

describe('a running system', { timeout: 120_000 }, () => {
  let admin: Person;
  const broken = '.kilocode/mcp.json';
  const BROKEN = '{\n  "mcpServers": {\n    "a": { "command": "x" },\n    oops\n  }\n}\n';
  beforeAll(async () => {
    place = makePlace({ ...files, [broken]: BROKEN });
    // The coordinator's host is ten minutes ahead of the installer's: no grant is refused, and nothing else is.
    system = await startSystem(place, { env: { NODE_OPTIONS: CLOCK_OFF } });
    admin = await signIn(system.url);
    await allHealthy(admin);
  });

  it('goes on with an action whose installer was killed', async () => {
    const replaced = countReplacements(place.path(CONFIGURATION));
    const { proposalId, executionId, approvalToken } = await approved(admin, twoActions());
    const installer = system!.processes().find(({ args }) => args.includes('apps/installer/src/main.ts'));
    let killed = false;
    onFile(
      signals(),
      (name) => name === 'started',
      () => {
        killed = process.kill(installer!.pid, 'SIGKILL');
      },
    );
    accepted(await run(admin, proposalId, approvalToken));
    const execution = await untilOver(admin, executionId);
    expect(killed).toBe(true);
    expect(execution, place.log().slice(-3000)).toMatchObject({ status: 'completed', results: { successful: 2 } });
    expect(replaced.count(), 'each action wrote once').toBe(2);
    replaced.close();
    expect(place.log()).toContain('installer ended and is started again');
    await allHealthy(admin);
  });

  it('names where a configuration does not parse, refuses to change it, and loses nothing of it', async () => {
    const { inventory } = accepted(await admin.call.showConfiguration({ params: { id: 'generic-mcp-installer' } }));
    const file = inventory.files.find(({ path }) => path === place.path(broken));
    expect(file).toMatchObject({ sectionHash: null, problem: { line: 4, column: 5 } });
    const proposedActions = [{ ...install('a', 'notes', signals()), target: target('kilocode', broken) }];
    const refused = await admin.call.proposeRemediation({ body: { priority: 'low', issues: [], proposedActions } });
    expect(refusedAs(refused)).toBe('action_refused');
    expect(JSON.stringify(refused)).toMatch(/line 4/);
    expect(place.read(broken)).toBe(BROKEN);

    place.write(broken, BROKEN.replace('oops', '"b": { "command": "y", "disabled": true }'));
    accepted(await admin.call.requestAssessment({ body: { requestId: 'mended', assessmentType: 'compliance' } }));
    await eventually(async () => {
      const { servers } = accepted(
        await admin.call.showConfiguration({ params: { id: 'generic-mcp-installer' } }),
      ).inventory;
      expect(servers.map(({ name }) => name)).toContain('b');
    });
  });

  it('takes garbage on /ws and goes on', async () => {
    const events = await watchEvents(system!.url, admin.token);
    const address = `${system!.url.replace('http', 'ws')}/ws`;
    const garbage = ['', 'x', '{', '[]', 'null', '{"type":"nonsense"}', '[[[{}]]]', Buffer.from([0xff, 0x00, 0xfe])];
    const closes = ['{"type":"authenticate","token":"x"}', 'y'.repeat(70_000)].map(async (text) => {
      const socket = new WebSocket(address);
      socket.on('error', () => undefined);
      await once(socket, 'open');
      for (const one of garbage) socket.send(one);
      socket.send(text);
      const [code] = (await once(socket, 'close')) as [number];
      return code;
    });
    expect(await Promise.all(closes)).toEqual([4401, 1009]);
    const broken = new WebSocket(address, { headers: { authorization: `Bearer ${admin.token}` } });
    broken.on('error', () => undefined);
    await once(broken, 'open');
    const raw = (broken as unknown as { _socket: { write(bytes: Buffer): void } })._socket;
    raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
    await once(broken, 'close');
    expect(events.subscription.state).toBe('live');
    events.subscription.close();
    await expectAlive();
  });

  it('takes garbage on a link and goes on', async () => {
    const { key } = accepted(
      await admin.call.createApiKey({ body: { name: 'rogue', kind: 'installer', serverId: 'rogue' } }),
    );
    const link = `${system!.url.replace('http', 'ws')}/api/v1/servers`;
    const refusal = async (url: string, headers: Record<string, string>): Promise<number | undefined> => {
      const socket = new WebSocket(url, { headers });
      socket.on('error', () => undefined);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
      socket.terminate();
      return response.statusCode;
    };
    expect(await refusal(`${link}/rogue/link`, {})).toBe(401);
    expect(await refusal(`${link}/rogue/link`, { authorization: `Bearer ${admin.token}` })).toBe(403);
    expect(await refusal(`${link}/generic-mcp-installer/link`, { authorization: `Bearer ${key}` })).toBe(403);

    for (const frame of ['x', '{}', '{"jsonrpc":"2.0","id":1,"result":{}}', Buffer.alloc(300_000, 7)]) {
      const socket = new WebSocket(`${link}/rogue/link`, { headers: { authorization: `Bearer ${key}` } });
      socket.on('error', () => undefined);
      await Promise.race([once(socket, 'open'), once(socket, 'close')]);
      if (socket.readyState === WebSocket.OPEN) for (let times = 0; times < 20; times += 1) socket.send(frame);
      socket.close();
      if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
    }
    const halfOpen = connect(system!.port, '127.0.0.1');
    halfOpen.on('error', () => undefined);
    halfOpen.write('GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\0\0\0');
    await Promise.race([once(halfOpen, 'close'), once(halfOpen, 'data')]);
    halfOpen.destroy();
    await expectAlive();
  });

  let logged = 0;
  beforeEach(() => {
    logged = place.log().length;
  });

  async function expectAlive(): Promise<void> {
    expect((await fetch(`${system!.url}/readyz`)).status).toBe(200);
    const { servers } = accepted(await admin.call.listServers());
    const ours = servers.filter(({ id }) => id !== 'rogue').map(({ id, status }) => `${id} ${status}`);
    expect(ours.sort()).toEqual(['compliance-server healthy', 'generic-mcp-installer healthy']);
    expect(place.log().slice(logged)).not.toMatch(/"level":"(ERROR|FATAL)"(?!.*alert fired)/);
  }

  it('stops within seconds, with sockets open and work under way, and finishes that work afterwards', async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, () => watchEvents(system!.url, admin.token)));
    const { proposalId, executionId, approvalToken } = await approved(admin, [install('add-more', 'more', signals())]);
    const tried = new Promise<void>((resolve) => {
      onFile(signals(), (name) => name === 'started', resolve);
    });
    const body = { requestId: 'under-way', assessmentType: 'compliance' as const };
    accepted(await run(admin, proposalId, approvalToken));
    await tried;
    accepted(await admin.call.requestAssessment({ body }));
    const { code, signal, left } = await system!.stop();
    expect({ code, signal, left }).toEqual({ code: 0, signal: null, left: [] });
    for (const { subscription } of sockets) subscription.close();
    expect(existsSync(join(place.data, 'coordinator.lock'))).toBe(false);

    system = await startSystem(place, { port: system!.port });
    admin = await signIn(system.url);
    expect(await untilOver(admin, executionId)).toMatchObject({ status: 'completed' });
    expect(place.read(CONFIGURATION)).toContain('"more"');
    await eventually(async () => {
      const { status } = accepted(await admin.call.showAssessment({ params: { id: 'under-way' } }));
      expect(status).toBe('completed');
    });
  });
});

describe('without a compliance server', { timeout: 120_000 }, () => {
  it('an assessment waits and says for what, over a restart, until there is one', async () => {
    await system?.crash();
    place.remove();
    place = makePlace(files);
    system = await startSystem(place, { command: ['node', 'scripts/start.mjs', 'web'] });
    const admin = await signIn(system.url);
    expect(accepted(await admin.call.listServers()).servers).toEqual([]);
    const body = {
      requestId: 'nobody-there',
      assessmentType: 'compliance' as const,
      targetServers: ['kept', 'unheard-of'],
    };
    expect(accepted(await admin.call.requestAssessment({ body })).status).toBe('pending');
    const show = async (person: Person) =>
      accepted(await person.call.showAssessment({ params: { id: 'nobody-there' } }));
    await eventually(async () => {
      const { status, reason } = await show(admin);
      expect({ status, reason }).toEqual({ status: 'pending', reason: 'It waits: no compliance server is linked.' });
    });
    expect(await system.stop()).toMatchObject({ code: 0, left: [] });

    system = await startSystem(place, { port: system.port });
    const again = await signIn(system.url);
    const { results } = await eventually(async () => {
      const assessment = await show(again);
      expect(assessment).toMatchObject({ status: 'completed', reason: null });
      return assessment;
    });
    expect(results?.servers['unheard-of']).toMatchObject({ status: 'non_compliant', issues: ['missing_config'] });
  });
});
