import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'fast-plist';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const at = (path: string) => fileURLToPath(new URL(`../../../deploy/${path}`, import.meta.url));
const UNIT = at('systemd/mcp-installer.service');
const PLIST = at('launchd/org.mcp-coordinator.installer.plist');
const main = readFileSync(new URL('./main.ts', import.meta.url), 'utf8');

/** `Section.Key`, each with all its values. */
function settingsOf(unit: string): Record<string, string[]> {
  const settings: Record<string, string[]> = {};
  let section = '';
  for (const line of unit.split('\n').filter((text) => text !== '' && !text.startsWith('#'))) {
    const [, named] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    expect(named ?? key, line).toBeDefined();
    if (named !== undefined) section = named;
    else settings[`${section}.${key}`] = [...(settings[`${section}.${key}`] ?? []), value ?? ''];
  }
  return settings;
}

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('the unit for systemd', () => {
  const settings = settingsOf(readFileSync(UNIT, 'utf8'));

  it('serves as a person, keeps what it makes to itself, and stays down where trying again mends nothing', () => {
    expect(settings).toMatchObject({
      'Service.ExecStart': ['/usr/bin/env mcp-installer serve'],
      'Service.UMask': ['0077'],
      'Service.NoNewPrivileges': ['yes'],
      'Service.Restart': ['on-failure'],
      'Install.WantedBy': ['default.target'],
    });
    expect(main).toContain(`const EXIT_CONFIG = ${settings['Service.RestartPreventExitStatus']?.[0]};`);
    // The program drains for ten seconds before it is ended by force.
    expect(Number(settings['Service.TimeoutStopSec']?.[0])).toBeGreaterThan(10);
  });

  it.runIf(hasSystemd)('is right in the eyes of systemd', () => {
    const folder = mkdtempSync(join(tmpdir(), 'unit-'));
    const env = { ...process.env, XDG_RUNTIME_DIR: folder };
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--user', UNIT], { env, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('the agent for launchd', () => {
  it('is a property list that starts the same, with variables the program understands', () => {
    const plist = parse(readFileSync(PLIST, 'utf8')) as Record<string, unknown>;
    expect(plist).toMatchObject({
      Label: 'org.mcp-coordinator.installer',
      ProgramArguments: ['/usr/bin/env', 'mcp-installer', 'serve'],
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      Umask: 0o077,
    });
    const { COORDINATOR_API_KEY_FILE, ...variables } = plist['EnvironmentVariables'] as Record<string, string>;
    expect(COORDINATOR_API_KEY_FILE).toMatch(/\/api-key$/);
    const config = readConfig({ ...variables, COORDINATOR_API_KEY: 'mcpk_x' }, '/');
    expect(config).toMatchObject({
      installerId: 'ada-laptop',
      coordinator: { url: 'https://coordinator.example.org' },
    });
  });

  it('is refused by its reader where it is broken', () => {
    expect(() => parse(readFileSync(PLIST, 'utf8').replace('</array>', '</dict>')) as unknown).toThrow();
  });
});
