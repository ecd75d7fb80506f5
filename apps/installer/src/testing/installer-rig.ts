import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { deskOf, type Executor } from '../changes/executor.ts';
import { previewChanges } from '../changes/preview-changes.ts';
import { composeExecutor } from '../compose.ts';
import { readConfig } from '../config.ts';
import type { ViewPackage } from '../packages/npm-view.ts';
import { actionDigest } from '../tools/change-tool.ts';

const require = createRequire(import.meta.url);
const beside = (packageJson: string, path: string) => join(dirname(packageJson), path);
const MEMORY_BIN = beside(require.resolve('@modelcontextprotocol/server-memory/package.json'), 'dist/index.js');
const FILESYSTEM_BIN = beside(require.resolve('@modelcontextprotocol/server-filesystem/package.json'), 'dist/index.js');

/** Real servers, started by their own files: a tenth of the time that npx takes. */
export const MEMORY = {
  command: process.execPath,
  args: [MEMORY_BIN],
};
export const filesystemServer = (folder: string) => ({
  command: process.execPath,
  args: [FILESYSTEM_BIN, folder],
});

/** A registry with one package in it. */
const oneVersion: ViewPackage = (name, wanted, registry) =>
  Promise.resolve(
    registry === 'pypi'
      ? { kind: 'away', reason: 'PyPI could not be asked' }
      : name === '@modelcontextprotocol/server-memory' && ['', 'latest', '2026.8.31'].includes(wanted)
        ? { kind: 'found', version: '2026.8.31', integrity: 'sha512-x' }
        : { kind: 'missing' },
  );

export const KILOCODE = '.kilocode/mcp.json';

/** A home, a workspace and an installer's data folder of their own, with files in them. */
export function makeRoots(files: Record<string, string | object> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'installer-'));
  const paths = { root, home: join(root, 'home'), workspace: join(root, 'workspace'), data: join(root, 'data') };
  mkdirSync(paths.home);
  mkdirSync(paths.workspace);
  const at = (name: string) => (name.startsWith('~/') ? join(paths.home, name.slice(2)) : join(paths.workspace, name));
  const write = (name: string, content: string | object) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return {
    ...paths,
    at,
    write,
    read: (name: string) => readFileSync(at(name), 'utf8'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
export type Roots = ReturnType<typeof makeRoots>;

/** An installer on those roots, as `main` would compose it; captures are off unless a test is about them. */
export async function makeExecutor(
  roots: Roots,
  options: { capture?: boolean; viewPackage?: ViewPackage; environment?: Record<string, string> } = {},
): Promise<Executor> {
  const environment = {
    PATH: process.env['PATH'],
    ...options.environment,
    INSTALLER_HOME: roots.home,
    INSTALLER_WORKSPACE: roots.workspace,
    INSTALLER_DATA_DIR: roots.data,
  };
  const config = readConfig({ ...environment, INSTALLER_CAPTURE: options.capture ? 'on' : 'off' }, roots.workspace);
  const executor = await composeExecutor(config, {
    environment,
    platform: process.platform,
    userId: process.getuid?.() ?? null,
    launcher: [process.execPath, '/opt/mcp-installer.mjs'],
  });
  return { ...executor, viewPackage: options.viewPackage ?? oneVersion };
}

export const previewWith = (executor: Executor, actions: readonly Action[]) =>
  previewChanges(actions, deskOf(executor));

/** What a verified grant for one planned action asks for. */
export function requestFor(
  action: Action,
  planDigest: string,
  executionId = 'execution-1',
  operation: 'apply' | 'rollback' = 'apply',
) {
  return {
    operation,
    executionId,
    actionId: action.id,
    actionDigest: actionDigest(action),
    planDigest,
    jti: randomUUID(),
  };
}

/** Previews one action and answers its plan with the action as it would be handed back. */
export async function planOne(executor: Executor, action: Action) {
  const { plans, resolvedActions, refused } = await previewWith(executor, [action]);
  const [plan] = plans;
  const [resolved] = resolvedActions;
  if (plan === undefined || resolved === undefined) throw new Error(refused[0]?.reason ?? 'no plan');
  return { plan, action: resolved };
}
