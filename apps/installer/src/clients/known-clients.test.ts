import { describe, expect, it } from 'vitest';
import type { Place } from './client-files.ts';
import { knownFile, knownFiles, restartHint } from './known-clients.ts';

const linux: Place = { platform: 'linux', home: '/home/u', workspaces: ['/work/a', '/work/b'] };
const mac: Place = { platform: 'darwin', home: '/Users/u', workspaces: ['/w'] };
const windows: Place = { platform: 'win32', home: 'C:\\Users\\u', workspaces: ['D:\\w'] };
const paths = (place: Place, client: string) =>
  knownFiles(place)
    .filter((file) => file.client === client)
    .map(({ scope, path }) => `${scope} ${path}`);

describe('the files of each client', () => {
  it('on Linux', () => {
    expect(paths(linux, 'kilo')).toEqual([
      'user /home/u/.config/kilo/kilo.jsonc',
      'user /home/u/.config/kilo/kilo.json',
      ...['/work/a', '/work/b'].flatMap((folder) =>
        ['kilo.jsonc', 'kilo.json', '.kilo/kilo.jsonc', '.kilo/kilo.json'].map((name) => `project ${folder}/${name}`),
      ),
    ]);
    expect(paths(linux, 'kilocode')).toEqual(
      expect.arrayContaining([
        'user /home/u/.kilocode/cli/global/settings/mcp_settings.json',
        'user /home/u/.config/Code/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json',
        'project /work/a/.kilocode/mcp.json',
      ]),
    );
    expect(paths(linux, 'claude-code')).toEqual([
      'user /home/u/.claude.json',
      'local /home/u/.claude.json',
      'project /work/a/.mcp.json',
      'project /work/b/.mcp.json',
    ]);
    expect(paths({ ...linux, managed: '/' }, 'claude-code')).toContain('managed /etc/claude-code/managed-mcp.json');
    expect(paths(linux, 'claude-desktop')).toEqual(['user /home/u/.config/Claude/claude_desktop_config.json']);
  });

  it('on macOS and Windows', () => {
    expect(paths(mac, 'claude-desktop')).toEqual([
      'user /Users/u/Library/Application Support/Claude/claude_desktop_config.json',
    ]);
    expect(paths(mac, 'vscode')).toContain('user /Users/u/Library/Application Support/Code/User/mcp.json');
    expect(paths(windows, 'claude-desktop')).toEqual([
      'user C:\\Users\\u\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
    ]);
    expect(paths(windows, 'vscode')).toContain('user C:\\Users\\u\\AppData\\Roaming\\Code\\User\\mcp.json');
    expect(paths(windows, 'cursor')).toEqual([
      'user C:\\Users\\u\\.cursor\\mcp.json',
      'project D:\\w\\.cursor\\mcp.json',
    ]);
  });

  it("finds Claude Code's local sections, the workspace's own first", () => {
    const file = knownFile(linux, 'claude-code', 'local', '/home/u/.claude.json');
    const document = { projects: { '/elsewhere': { mcpServers: {} }, '/none': {}, '/work/b': { mcpServers: {} } } };
    expect(file?.roots(document)).toEqual(
      ['/work/a', '/work/b', '/elsewhere'].map((project) => ['projects', project, 'mcpServers']),
    );
    expect(file?.roots(null)).toHaveLength(2);
  });

  it('names no file twice where the workspace is the home', () => {
    expect(paths({ ...linux, workspaces: ['/home/u'] }, 'cursor')).toEqual(['user /home/u/.cursor/mcp.json']);
  });

  it('says what to restart', () => {
    expect(restartHint('claude-desktop')).toMatch(/quit/);
  });
});
