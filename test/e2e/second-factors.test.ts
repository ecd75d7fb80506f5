import { createHmac } from 'node:crypto';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findChromium } from '../../scripts/bootstrap/find-programs.mjs';
import { type System, startSystem } from './dashboard-system.ts';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
const STEP_MS = 30_000;

let system: System;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  system = await startSystem(() => ({}));
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium: set CHROMIUM_PATH');
  browser = await chromium.launch({ executablePath, args: FLAGS });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(30_000);
  page.on('console', (message) => {
    // That a factor was asked for is an answer of the server, which the browser notes as an error.
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
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

const dialog = () => page.getByRole('dialog');
const button = (name: string) => page.getByRole('button', { name, exact: true });
const inDialog = (name: string) => dialog().getByRole('button', { name, exact: true });

/** The authenticator that Chromium brings for tests: one that verifies its user. */
async function addVirtualAuthenticator(): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

let lastStep = 0;
/**
 * A code of a time step that was not used yet: each is good once. Early in a step the one before it is still taken (RFC 6238
 * §5.2), so that the first of them need no waiting.
 */
async function freshCode(secret: string): Promise<string> {
  const early = Date.now() % STEP_MS < STEP_MS / 2;
  lastStep = Math.max(lastStep + 1, Math.floor(Date.now() / STEP_MS) - (early ? 1 : 0));
  while (Math.floor(Date.now() / STEP_MS) < lastStep) await page.waitForTimeout(200);
  return codeOf(secret, lastStep);
}

/** RFC 6238 as an app computes it, apart from the library that the coordinator verifies with. */
function codeOf(secret: string, step: number): string {
  const bits = Array.from(secret, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE(mac.readUInt8(19) & 15) & 0x7fffffff;
  return `${number % 1_000_000}`.padStart(6, '0');
}

async function enterPassword(): Promise<void> {
  await page.goto(`${system.url}/sign-in?next=/account`);
  await page.getByLabel('User name').fill('admin');
  await page.getByLabel('Password', { exact: true }).fill(system.adminPassword);
  await button('Sign in').click();
}

async function signOut(): Promise<void> {
  await page.getByRole('button', { name: /admin ▾/ }).click();
  await button('Sign out').click();
  await page.waitForURL(/\/sign-in/);
}

async function expectAccessible(): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document)');
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}

async function mintedToken(): Promise<string> {
  const text = await dialog()
    .getByText(/^mcpa_/)
    .textContent();
  await inDialog('I have kept it').click();
  return text ?? '';
}

it('enrols an authenticator app and a passkey, signs in and mints an approval token with each', async () => {
  await addVirtualAuthenticator();
  await enterPassword();
  await page.getByRole('heading', { name: 'Your account is kept by a password alone.' }).waitFor();
  await expectAccessible();

  await button('Add a passkey…').click();
  await dialog().getByLabel('Name').fill('Test laptop');
  await dialog().getByLabel('Your password', { exact: true }).fill(system.adminPassword);
  await inDialog('Add').click();
  const list = dialog().getByRole('list', { name: 'Recovery codes' });
  await list.waitFor();
  const codes = await list.locator('code').allTextContents();
  expect(codes).toHaveLength(10);
  await inDialog('I have kept it').click();
  await page.getByRole('heading', { name: 'Your account has a second factor.' }).waitFor();
  await page.getByRole('cell', { name: 'Test laptop', exact: true }).waitFor();
  await expectAccessible();

  // Who has a factor shows to be the owner with it: the passkey answers by itself.
  await button('Add an app…').click();
  await inDialog('Continue').click();
  await dialog()
    .getByRole('img', { name: /QR code/ })
    .waitFor();
  await expectAccessible();
  const secret = ((await dialog().locator('code').first().textContent()) ?? '').replaceAll(' ', '');
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  await dialog()
    .getByLabel('Code that the app shows')
    .fill(await freshCode(secret));
  await inDialog('Add').click();
  await button('Remove the app…').waitFor();
  await expectAccessible();
  await page.setViewportSize({ width: 390, height: 844 });
  const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  expect(overhang, 'the page scrolls sideways').toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1440, height: 900 });

  await signOut();
  await enterPassword();
  await page.getByRole('heading', { name: 'Show that it is you.' }).waitFor();
  await expectAccessible();
  await button('Use the authenticator app instead').click();
  await page.getByLabel('Code of your authenticator app').fill('000000');
  await button('Go on').click();
  await page.getByText('The second factor is not valid').waitFor();
  const code = await freshCode(secret);
  await page.getByLabel('Code of your authenticator app').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await button('Go on').click();
  await page.waitForURL(/\/account$/);

  await button('Mint a token…').click();
  await dialog().getByLabel('Reason').fill('With the app');
  await inDialog('Use the authenticator app instead').click();
  await dialog()
    .getByLabel('Code of your authenticator app')
    .fill(await freshCode(secret));
  await inDialog('Mint').click();
  const byApp = await mintedToken();

  await signOut();
  await enterPassword();
  await page.getByRole('heading', { name: 'Show that it is you.' }).waitFor();
  await button('Go on').click();
  await page.waitForURL(/\/account$/);

  await button('Mint a token…').click();
  await dialog().getByLabel('Reason').fill('With the passkey');
  await inDialog('Mint').click();
  const byPasskey = await mintedToken();
  expect(byPasskey).not.toBe(byApp);

  await signOut();
  await enterPassword();
  await button('Use a recovery code instead').click();
  await page.getByLabel('Recovery code').fill(codes[0] ?? '');
  await button('Go on').click();
  await page.waitForURL(/\/account$/);
  await page.getByText('9 codes left.').waitFor();

  await button('Remove Test laptop').click();
  await inDialog('Remove').click();
  await page.getByText('None yet. A passkey signs the very change that you approve.').waitFor();
  expect(complaints).toEqual([]);
}, 300_000);
