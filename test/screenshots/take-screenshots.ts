import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { findChromium } from '../../scripts/bootstrap/find-programs.mjs';
import { CHROMIUM_FLAGS, startSystem } from '../e2e/dashboard-system.ts';
import { accepted, addPerson, approve, assess, type Person, propose, run, signIn, untilOver } from '../e2e/people.ts';
import { sampleFiles } from './sample-machine.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(ROOT, 'docs', 'screenshots');
const WIDTHS = { wide: 1440, narrow: 1024, phone: 390 } as const;
const SCHEMES = ['light', 'dark'] as const;
const QUALITY = 62;

interface Sample {
  readonly assessmentId: string;
  readonly proposalId: string;
  readonly executedId: string;
  readonly findingId: string;
}

/** What people would have done before: an assessment, one fix carried out, one that waits. */
async function fill(admin: Person, url: string): Promise<Sample> {
  await addPerson(admin, url, 'user');
  await addPerson(admin, url, 'viewer');
  const approver = await addPerson(admin, url, 'approver');
  const { assessmentId } = await assess(admin, 'asm_daily_0412', []);
  const move = { id: 'act_1', type: 'update_server', serverName: 'slack', fixes: ['move_secrets'] } as const;
  const executedId = await propose(admin, [{ ...move, fixes: [...move.fixes] }], { assessmentId });
  const { approvalToken, executionId } = await approve(approver, executedId);
  accepted(await run(approver, executedId, approvalToken));
  await untilOver(approver, executionId);
  await assess(admin, 'asm_daily_0413', []);
  const body = { assessmentId: 'asm_daily_0413' };
  const proposalId = accepted(await admin.call.generateRemediation({ body })).proposalId;
  const { results } = accepted(await admin.call.showAssessment({ params: { id: body.assessmentId } }));
  const [finding] = Object.values(results?.servers ?? {}).flatMap(({ findings = [] }) => findings);
  return { ...body, proposalId, executedId, findingId: finding?.id ?? '' };
}

const pagesOf = ({ assessmentId, proposalId, executedId, findingId }: Sample) =>
  ({
    assessment: '/assessment',
    'assessment-run': `/assessment/runs/${assessmentId}`,
    finding: `/assessment/findings/${findingId}`,
    remediation: '/remediation',
    review: `/remediation/${proposalId}`,
    run: `/remediation/${executedId}/run`,
    audit: '/audit',
    system: '/system',
    servers: '/servers',
    server: '/servers/generic-mcp-installer',
    access: '/access',
    settings: '/settings',
    account: '/account',
  }) as const;

/**
 * Rewrites the paths of whoever takes the pictures into ones that could be anybody's, in what is shown alone: the folder of the
 * repository, and those of the system that runs for them.
 */
async function hidePaths(page: Page, folders: Readonly<Record<string, string>>): Promise<void> {
  await page.evaluate(`((folders) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const [from, to] of folders) {
        if (node.data.includes(from)) node.data = node.data.replaceAll(from, to);
      }
    }
  })(${JSON.stringify(Object.entries(folders))})`);
}

/** Curves take their new width a moment after the window has it. */
const CURVES_FIT = `[...document.querySelectorAll('[class*="chart"] > svg[width]')].every(
  (curve) => Math.abs(curve.parentElement.clientWidth - Number(curve.getAttribute('width'))) < 2)`;

async function write(session: CDPSession, name: string): Promise<void> {
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  writeFileSync(join(FOLDER, `${name}.webp`), Buffer.from(data, 'base64'));
}

async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect.poll(() => page.locator('h1').textContent(), { timeout: 30_000 }).not.toMatch(/^Reading/);
  await expect.poll(() => page.evaluate(CURVES_FIT), { timeout: 10_000 }).toBe(true);
}

/** One page as it stands, in both schemes and all widths. */
async function shoot(page: Page, session: CDPSession, name: string, folders = {}): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const [words, width] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width, height: width === WIDTHS.phone ? 844 : 900 });
      await settle(page);
      await hidePaths(page, folders);
      await write(session, `${name}-${colorScheme}-${words}`);
    }
  }
}

it('writes every page in both schemes and three widths', async () => {
  mkdirSync(FOLDER, { recursive: true });
  const system = await startSystem(sampleFiles);
  const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: CHROMIUM_FLAGS });
  try {
    const sample = await fill(await signIn(system.url), system.url);
    const folders = {
      [system.home]: '/home/ana',
      [join(dirname(system.home), 'data')]: '/home/ana/.local/share/mcp-coordinator',
      [ROOT]: '/opt/mcp-coordinator/',
    };
    const page = await browser.newPage();
    const session = await page.context().newCDPSession(page);
    await page.goto(`${system.url}/sign-in`);
    await shoot(page, session, 'sign-in');
    await page.getByLabel('User name').fill('the-approver');
    await page.getByLabel('Password', { exact: true }).fill('approver has a long password 7');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/assessment/);
    for (const [name, path] of Object.entries(pagesOf(sample))) {
      await page.goto(`${system.url}${path}`);
      await shoot(page, session, name, folders);
    }
  } finally {
    await browser.close();
    await system.stop();
  }
});
