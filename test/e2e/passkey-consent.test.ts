import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findChromium } from '../../scripts/bootstrap/find-programs.mjs';
import { type System, startSystem } from './dashboard-system.ts';
import { accepted, addPerson, eventually, type Person, propose, signIn } from './people.ts';
import { makePlace, type Place } from './start-system.ts';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
const FILE = '.kilocode/mcp.json';
const BEFORE = '{\n  "mcpServers": { "off": { "command": "true", "disabled": true } }\n}\n';
const INSTALLER = fileURLToPath(new URL('../../apps/installer/bin/mcp-installer.mjs', import.meta.url));
const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-memory/package.json');
const MEMORY = { command: process.execPath, args: [join(dirname(manifest), 'dist/index.js')] };

let system: System;
let laptop: Place;
let agent: ChildProcess | undefined;
let browser: Browser;
let page: Page;
/** Signs in with a password alone, and is not among those whom the machine knows. */
let operator: Person;
const complaints: string[] = [];

beforeAll(async () => {
  system = await startSystem(() => ({}));
  laptop = makePlace({ [FILE]: BEFORE });
  operator = await addPerson(await signIn(system.url), system.url, 'admin');
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium: set CHROMIUM_PATH');
  browser = await chromium.launch({ executablePath, args: FLAGS });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(60_000);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}, 240_000);

beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => {
    const seen = await page.locator('body').textContent();
    process.stderr.write(`\n${page.url()} shows:\n${seen}\n\nThe system said:\n${system.output()}\n`);
  });
});

afterAll(async () => {
  agent?.kill('SIGKILL');
  await browser?.close();
  await system?.stop();
  laptop?.remove();
});

const dialog = () => page.getByRole('dialog');
const button = (name: string) => page.getByRole('button', { name, exact: true });
const inDialog = (name: string) => dialog().getByRole('button', { name, exact: true });

/** The authenticator that Chromium brings for tests: one that verifies its user. */
async function addVirtualAuthenticator(): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
  } as const;
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

async function expectAccessible(): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document)');
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}

/** A machine of its own, told to take nothing but what these passkeys signed. */
async function enrolLaptop(approverKeys: string): Promise<void> {
  const body = { name: 'laptop', kind: 'installer', serverId: 'laptop-2' } as const;
  const { key } = accepted(await operator.call.createApiKey({ body }));
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', HOME: laptop.home, LOG_LEVEL: 'warn', INSTALLER_CAPTURE: 'off' },
    ...{ COORDINATOR_URL: system.url, COORDINATOR_API_KEY: key, INSTALLER_ID: 'laptop-2' },
    ...{ INSTALLER_HOME: laptop.home, INSTALLER_WORKSPACE: laptop.workspace, INSTALLER_DATA_DIR: laptop.data },
    INSTALLER_APPROVER_KEYS: approverKeys,
  };
  const args = [INSTALLER, 'serve', '--exit-with-parent'];
  agent = spawn(process.execPath, args, { env, stdio: ['pipe', 'ignore', 'inherit'] });
  await eventually(async () => {
    const { server } = accepted(await operator.call.showServer({ params: { id: 'laptop-2' } }));
    expect(server).toMatchObject({ status: 'healthy', consent: { quorum: 1, approvers: ['admin'] } });
  });
}

it('approves with a passkey on the review page; the machine that pins it verifies it itself and makes the change', async () => {
  await addVirtualAuthenticator();
  await page.goto(`${system.url}/sign-in?next=/account`);
  await page.getByLabel('User name').fill('admin');
  await page.getByLabel('Password', { exact: true }).fill(system.adminPassword);
  await button('Sign in').click();
  await page.getByText('You have no passkey yet.').waitFor();
  await button('Add a passkey…').click();
  await dialog().getByLabel('Name').fill('Test laptop');
  await dialog().getByLabel('Your password', { exact: true }).fill(system.adminPassword);
  await inDialog('Add').click();
  await inDialog('I have kept it').click();
  const keys = (await page.locator('pre').textContent()) ?? '';
  expect(JSON.parse(keys)).toMatchObject({
    ...{ quorum: 1, rpId: 'localhost', origins: [system.url] },
    approvers: [{ username: 'admin', passkeys: [{ name: 'Test laptop' }] }],
  });
  await expectAccessible();

  await enrolLaptop(keys);
  const target = { installerId: 'laptop-2', client: 'kilocode', scope: 'project', path: laptop.path(FILE) } as const;
  const action: Action = { id: 'a1', type: 'install_server', serverName: 'memory', target, ...MEMORY };
  const proposalId = await propose(operator, [action]);
  await page.goto(`${system.url}/remediation/${proposalId}`);
  await page.getByText('laptop-2 verifies the passkeys by itself, of admin.').waitFor();
  await page.getByText('0 of 1 signed').waitFor();
  await page
    .getByText('Needs 1 more of: admin, signed with a passkey that laptop-2 verifies by itself')
    .first()
    .waitFor();
  await expectAccessible();

  await button('Approve…').click();
  await dialog().getByLabel('Reason').fill('It does what it should');
  await inDialog('Approve').click();
  await page.getByText('1 of 1 signed').waitFor();
  await page.getByText('signed with a passkey').first().waitFor();
  expect(laptop.read(FILE)).toBe(BEFORE);

  await button('Run…').click();
  await inDialog('Run').click();
  await page.waitForURL(/\/run$/);
  await page.getByText('verified the passkeys of admin on this machine').first().waitFor();
  await eventually(() => {
    expect(JSON.parse(laptop.read(FILE))).toMatchObject({ mcpServers: { memory: MEMORY } });
    return Promise.resolve();
  });
  await page.goto(`${system.url}/remediation/${proposalId}`);
  await page.getByText('on laptop-2 itself: the passkey of admin.').waitFor();
  expect(complaints).toEqual([]);
}, 300_000);
