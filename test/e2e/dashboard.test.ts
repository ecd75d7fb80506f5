import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findChromium } from '../../scripts/bootstrap/find-programs.mjs';
import { CHROMIUM_FLAGS, type System, startSystem } from './dashboard-system.ts';

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
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(30_000);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
});

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
