import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { dirname, join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findChromium } from '../../scripts/bootstrap/find-programs.mjs';
import { expectTextAlone, HOSTILE, pressByKeyboard, signInAt, tabTo } from './dashboard-people.ts';
import { CHROMIUM_FLAGS, type System, startSystem } from './dashboard-system.ts';
import { accepted, addPerson, eventually, propose, signIn } from './people.ts';

const CONFIGURATION = '.cursor/mcp.json';
const SECRET = `ghp_${'a1B2'.repeat(9)}`;

/** The smallest MCP server that can be started and asked for its tools. */
const NOTES_SERVER = `
import { createInterface } from 'node:readline';
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'notes', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools: [{ name: 'read_note', description: 'Reads a note.', inputSchema: { type: 'object' } }] }),
  ping: () => ({}),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answer = answers[method];
  const outcome = answer ? { result: answer(params) } : { error: { code: -32601, message: 'unknown method' } };
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }) + '\\n');
});
`;

const chromiumPath = (): string => {
  const path = findChromium();
  if (path === undefined) throw new Error('no Chromium: set CHROMIUM_PATH');
  return path;
};

let system: System;
let browser: Browser;
let page: Page;
/** What a person would find in the console of their browser. */
const complaints: string[] = [];

beforeAll(async () => {
  system = await startSystem((home) => {
    const entry = { command: process.execPath, args: [join(home, 'notes.mjs')], env: { API_KEY: SECRET } };
    return {
      'notes.mjs': NOTES_SERVER,
      [CONFIGURATION]: `${JSON.stringify({ mcpServers: { notes: entry } }, null, 2)}\n`,
    };
  });
  browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_FLAGS });
  page = await openPage(1440, 900);
});

/** A browser of its own for one person; what it complains about is kept. */
async function openPage(width: number, height: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height } });
  const opened = await context.newPage();
  opened.setDefaultTimeout(30_000);
  opened.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${opened.url()}: ${message.text()}`);
  });
  opened.on('pageerror', (error) => complaints.push(`${opened.url()}: ${error.message}`));
  return opened;
}

beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => {
    const seen = await page.locator('body').textContent();
    process.stderr.write(`\n${page.url()} shows:\n${seen}\n\nThe system said:\n${system.output()}\n`);
  });
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

const title = () => page.locator('h1');
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });

async function waitForTitle(pattern: RegExp): Promise<void> {
  await expect.poll(() => title().textContent(), { timeout: 60_000, interval: 200 }).toMatch(pattern);
}

/** Accessible in both schemes, and within the window's width on a phone. */
async function expectSoundPage(): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(), `${page.url()} in ${colorScheme}`).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  // Curves take their new width a moment after the window has it.
  const overhang = () => page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  await expect.poll(overhang, { timeout: 10_000, message: `${page.url()} scrolls sideways` }).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: null });
}

async function violations(): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate<axe.AxeResults>('axe.run(document)');
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

it('lets a person find what is wrong, decide on the fix, run it, and see it in the verified log', async () => {
  await page.goto(`${system.url}/assessment?from=mail`);
  await page.waitForURL(/\/sign-in\?next=/);
  await expectSoundPage();
  await page.getByLabel('User name').fill('admin');
  await page.getByLabel('Password', { exact: true }).fill(system.adminPassword);
  await button('Sign in').click();
  await page.waitForURL(/\/assessment/);
  await waitForTitle(/Nothing has been assessed yet/);
  await expectSoundPage();

  await button('Request assessment…').click();
  await button('Request assessment').click();
  await waitForTitle(/does not comply: \d+ critical or high finding/);
  const finding = page.getByRole('article').filter({ hasText: 'CFG-01' });
  expect(await finding.textContent()).toContain('API_KEY');
  await expectSoundPage();

  await finding.getByRole('link').click();
  await waitForTitle(/: notes/);
  await page.getByText('Nobody has proposed a fix yet.').waitFor();
  await expectSoundPage();

  // From a finding to its fix in two clicks.
  await button('Propose a fix…').click();
  await page.getByRole('group', { name: 'Issues to mend' }).waitFor();
  expect(await violations()).toEqual([]);
  await button('Propose').click();
  await page.getByRole('heading', { name: 'What changes' }).waitFor();
  for (const heading of ['Why', 'Risk of the change', 'Blast radius', 'How to undo', 'Dry run']) {
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
  }
  expect(await page.content()).not.toContain(SECRET);
  await expectSoundPage();
  expect(readFileSync(join(system.home, CONFIGURATION), 'utf8'), 'a proposal changes nothing').toContain(SECRET);

  await button('Approve…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('The secret must not lie in the file');
  const nameField = dialog.getByLabel(/Critical risk/);
  if ((await nameField.count()) > 0) await nameField.fill('notes');
  expect(await violations()).toEqual([]);
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click();

  await button('Run…').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  await page.waitForURL(/\/run$/);
  await waitForTitle(/done\.$/);
  await expectSoundPage();
  expect(readFileSync(join(system.home, CONFIGURATION), 'utf8')).not.toContain(SECRET);

  await page.goto(`${system.url}/audit?action=execution_completed`);
  await waitForTitle(/The log verifies: \d+ records, none changed or missing/);
  await button('execution_completed').first().click();
  await page.getByText('Verified here').waitFor();
  await expectSoundPage();

  expect(complaints).toEqual([]);
});

it('has every other page sound, with what is asked for in the address', async () => {
  for (const [path, words] of [
    ['/remediation?tab=done', /Nothing waits for a decision/],
    ['/system?server=compliance-server', /.+/],
    ['/servers', /2 servers are linked/],
    ['/servers/generic-mcp-installer', /generic-mcp-installer is healthy/],
    ['/access', /1 person may sign in/],
    ['/settings', /signed in as admin/],
  ] as const) {
    await page.goto(`${system.url}${path}`);
    await waitForTitle(words);
    await page.waitForLoadState('networkidle');
    await expectSoundPage();
  }
  expect(complaints).toEqual([]);
});

const onPage = (shown: Page, pattern: RegExp) =>
  expect.poll(() => shown.locator('h1').textContent(), { timeout: 60_000, interval: 200 }).toMatch(pattern);

it('changes the approval policy, and leaves the next change to another admin', async () => {
  await page.goto(`${system.url}/settings`);
  await button('Change the policy…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('The requester may not approve').check();
  expect(await violations()).toEqual([]);
  expect(await dialog.getByRole('button', { name: /^Change/ }).getAttribute('aria-disabled')).toBe('true');
  await dialog.getByLabel('Reason').fill(`Four eyes ${HOSTILE}`);
  await dialog.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByText('In force: version 2').waitFor();

  await button('Change the policy…').click();
  await dialog.getByLabel('Approvals', { exact: true }).fill('2');
  await dialog.getByLabel('Reason').fill('More eyes');
  await dialog.getByRole('button', { name: 'Propose', exact: true }).click();
  await page.getByText('Awaiting another admin').waitFor();
  await page.getByText('⊘ You asked for it: another admin must approve').waitFor();
  expect(await button(/^Approve…/).getAttribute('aria-disabled')).toBe('true');
  await expectTextAlone(page);
  await expectSoundPage();
  await button('Withdraw…').click();
  await dialog.getByLabel('Reason').fill('Two are not here today');
  await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
  await page.getByText('⊘Rejected').waitFor();
  expect(complaints).toEqual([]);
});

/** A server whose every text is markup. */
const wiki = (home: string) => {
  writeFileSync(
    join(home, 'wiki.mjs'),
    NOTES_SERVER.replaceAll('Reads a note.', HOSTILE.replaceAll('"', "\\'")).replace("name: 'notes'", `name: 'w <b>'`),
  );
  const env = { API_KEY: SECRET, NOTE: HOSTILE };
  return { command: process.execPath, args: [join(home, 'wiki.mjs'), HOSTILE], env };
};

it('takes two people through the whole of it at 390 px, by keyboard alone', async () => {
  const admin = await signIn(system.url);
  const [user, approver] = [await addPerson(admin, system.url, 'user'), await addPerson(admin, system.url, 'approver')];
  const file = join(system.home, '.config/Claude/claude_desktop_config.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ mcpServers: { wiki: wiki(system.home) } }, null, 2)}\n`);
  await eventually(async () => {
    const params = { id: 'generic-mcp-installer' };
    const { inventory } = accepted(await admin.call.showConfiguration({ params }));
    expect(inventory.servers.map(({ name }) => name)).toContain('wiki');
  });

  const theirs = await openPage(390, 844);
  await signInAt(theirs, system.url, user);
  await pressByKeyboard(theirs, /Request assessment…/);
  await tabTo(theirs, /Servers/);
  await theirs.keyboard.type('wiki');
  await pressByKeyboard(theirs, /^Request assessment$/);
  await onPage(theirs, /does not comply: \d+ critical or high/);
  await expectTextAlone(theirs);
  await pressByKeyboard(theirs, /A secret stands in the configuration/);
  await onPage(theirs, /: wiki/);
  await pressByKeyboard(theirs, /Propose a fix…/);
  await theirs.getByRole('group', { name: 'Issues to mend' }).waitFor();
  await pressByKeyboard(theirs, /^Propose$/);
  await theirs.getByRole('heading', { name: 'What changes' }).waitFor();
  expect(await tabTo(theirs, /Approve…/)).toMatchObject({ disabled: true });
  await theirs.getByText('Your role user may not approve or reject').first().waitFor();
  const { pathname } = new URL(theirs.url());
  await theirs.context().close();

  const seen = await openPage(390, 844);
  await signInAt(seen, system.url, approver);
  await seen.goto(`${system.url}/remediation`);
  await seen.locator(`a[href="${pathname}"]`).waitFor();
  await pressByKeyboard(seen, /secrets of wiki/);
  await pressByKeyboard(seen, /Approve…/);
  if (await seen.getByLabel(/Critical risk/).count()) {
    await tabTo(seen, /Critical risk/);
    await seen.keyboard.type('wiki');
  }
  await tabTo(seen, /Reason/);
  await seen.keyboard.type(`Seen ${HOSTILE}`);
  await pressByKeyboard(seen, /^Approve$/);
  await pressByKeyboard(seen, /Run…/);
  await pressByKeyboard(seen, /^Run$/);
  await onPage(seen, /done\.$/);
  await seen.getByRole('heading', { name: 'To take effect' }).waitFor();
  await seen.goto(`${system.url}${pathname}`);
  await seen.getByText(`“Seen ${HOSTILE}”`).waitFor();
  await expectTextAlone(seen);
  await seen.goto(`${system.url}/servers/generic-mcp-installer`);
  await seen.locator('summary').first().waitFor();
  for (const fold of await seen.locator('summary').all()) await fold.click();
  await seen.getByText('window.pwned').first().waitFor();
  await expectTextAlone(seen);
  expect(readFileSync(file, 'utf8')).not.toContain(SECRET);
  expect(complaints).toEqual([]);
  await seen.context().close();
});

it('says why it cannot be approved: the requester, a stale dry run, a no of someone else', async () => {
  const admin = await signIn(system.url);
  const id = await propose(admin, [{ id: 'act_1', type: 'remove_server', serverName: 'notes' }]);
  await page.goto(`${system.url}/remediation/${id}`);
  await page.getByText('You asked for it: someone else must approve').first().waitFor();
  expect(await button(/^Approve…/).getAttribute('aria-disabled')).toBe('true');

  const theirs = await openPage(1440, 900);
  await signInAt(theirs, system.url, {
    ...admin,
    username: 'the-approver',
    password: 'approver has a long password 7',
  });
  await theirs.goto(`${system.url}/remediation/${id}`);
  await theirs.getByText('Dry run passed').waitFor();
  const file = join(system.home, CONFIGURATION);
  const { mcpServers } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify({ mcpServers: { ...mcpServers, other: { command: 'true' } } }, null, 2)}\n`);
  await theirs
    .getByText(/The dry run is stale: .*mcp\.json changed since/)
    .first()
    .waitFor();
  expect(await theirs.getByRole('button', { name: /^Approve…/ }).getAttribute('aria-disabled')).toBe('true');
  await theirs.getByRole('button', { name: 'Reject…' }).click();
  await theirs.getByRole('dialog').getByLabel('Reason').fill(HOSTILE);
  await theirs.getByRole('dialog').getByRole('button', { name: 'Reject', exact: true }).click();
  await page
    .getByText(/It was rejected by the-approver already/)
    .first()
    .waitFor();
  await expectTextAlone(page);
  await theirs.goto(`${system.url}/remediation?tab=done`);
  await theirs.locator(`a[href="/remediation/${id}"]`).waitFor();
  await expectTextAlone(theirs);
  expect(complaints).toEqual([]);
  await theirs.context().close();
});

it('shows a viewer what a viewer may see, and says when it is not live', async () => {
  const viewer = await addPerson(await signIn(system.url), system.url, 'viewer');
  const theirs = await openPage(1440, 900);
  let cut: () => void = () => undefined;
  let mend: () => void = () => undefined;
  let whole = Promise.resolve();
  await theirs.routeWebSocket(/\/ws$/, async (socket) => {
    await whole;
    const far = socket.connectToServer();
    cut = () => void far.close().then(() => socket.close({ code: 1012 }));
  });
  await signInAt(theirs, system.url, viewer);
  await theirs.waitForURL(/\/system/);
  await theirs.getByRole('status').getByText(/^Live/).waitFor();
  whole = new Promise((resolve) => {
    mend = resolve;
  });
  cut();
  await theirs
    .getByRole('status')
    .getByText(/Not live/)
    .waitFor();
  mend();
  await theirs.getByRole('status').getByText(/^Live/).waitFor();
  await theirs.goto(`${system.url}/assessment`);
  await onPage(theirs, /You may not see this page/);
  await theirs.goto(`${system.url}/audit?search=pwned`);
  await onPage(theirs, /The log verifies/);
  await theirs.getByRole('button', { name: 'approval_granted' }).first().click();
  await theirs.getByText('Verified here').waitFor();
  await expectTextAlone(theirs);
  await theirs.getByRole('button', { name: 'Export…', exact: true, includeHidden: true }).waitFor();
  expect(complaints).toEqual([]);
  await theirs.context().close();
});

/** Bytes of an answer as they come over the wire. */
const wireBytes = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'br' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('end', () => resolve(bytes));
    }).on('error', reject);
  });

it('loads less than 200 kB of compressed JavaScript before the first page of its own', async () => {
  const html = await (await fetch(`${system.url}/sign-in`, { headers: { accept: 'text/html' } })).text();
  const scripts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => `${system.url}${path}`);
  expect(scripts.length).toBeGreaterThan(1);
  const bytes = await Promise.all(scripts.map(wireBytes));
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(200_000);
});
