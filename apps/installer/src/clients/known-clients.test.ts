import { describe, expect, it } from 'vitest';
import type { Place } from './client-files.ts';
import { knownFile, knownFiles, restartHint } from './known-clients.ts';

const linux: Place = { platform: 'linux', home: '/home/u', workspaces: ['/projects/a', '/projects/b'] };
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
      ...['/projects/a', '/projects/b'].flatMap((folder) =>
        ['kilo.jsonc', 'kilo.json', '.kilo/kilo.jsonc', '.kilo/kilo.json'].map((name) => `project ${folder}/${name}`),
      ),
    ]);
    expect(paths(linux, 'kilocode')).toEqual(
      expect.arrayContaining([
        'user /home/u/.kilocode/cli/global/settings/mcp_settings.json',
        'user /home/u/.config/Code/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json',
        'project /projects/a/.kilocode/mcp.json',
      ]),
    );
    expect(paths(linux, 'claude-code')).toEqual([
      'user /home/u/.claude.json',
      'local /home/u/.claude.json',
      'project /projects/a/.mcp.json',
      'project /projects/b/.mcp.json',
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

  it.each<[string, Place, string, string[]]>([
    [
      'Linux',
      linux,
      'copilot',
      ['user /home/u/.copilot/mcp-config.json', 'project /projects/a/.mcp.json', 'project /projects/b/.mcp.json'],
    ],
    ['Linux', linux, 'windsurf', ['user /home/u/.codeium/windsurf/mcp_config.json']],
    [
      'Linux',
      linux,
      'zed',
      [
        'user /home/u/.config/zed/settings.json',
        'project /projects/a/.zed/settings.json',
        'project /projects/b/.zed/settings.json',
      ],
    ],
    [
      'Linux',
      { ...linux, managed: '/' },
      'codex',
      [
        'user /home/u/.codex/config.toml',
        'project /projects/a/.codex/config.toml',
        'project /projects/b/.codex/config.toml',
        'managed /etc/codex/config.toml',
      ],
    ],
    [
      'Linux',
      { ...linux, managed: '/' },
      'gemini',
      [
        'user /home/u/.gemini/settings.json',
        'project /projects/a/.gemini/settings.json',
        'project /projects/b/.gemini/settings.json',
        'managed /etc/gemini-cli/settings.json',
      ],
    ],
    ['Linux', linux, 'goose', ['user /home/u/.config/goose/config.yaml']],
    ['Linux', linux, 'continue', ['user /home/u/.continue/config.yaml']],
    [
      'macOS',
      mac,
      'opencode',
      [
        'user /Users/u/.config/opencode/opencode.json',
        'user /Users/u/.config/opencode/opencode.jsonc',
        'project /w/opencode.json',
        'project /w/opencode.jsonc',
      ],
    ],
    ['macOS', mac, 'junie', ['user /Users/u/.junie/mcp/mcp.json', 'project /w/.junie/mcp/mcp.json']],
    [
      'macOS',
      { ...mac, managed: '/' },
      'claude-code',
      [
        'user /Users/u/.claude.json',
        'local /Users/u/.claude.json',
        'project /w/.mcp.json',
        'managed /Library/Application Support/ClaudeCode/managed-mcp.json',
      ],
    ],
    [
      'macOS',
      mac,
      'amazon-q',
      [
        'user /Users/u/.aws/amazonq/default.json',
        'user /Users/u/.aws/amazonq/mcp.json',
        'project /w/.amazonq/default.json',
        'project /w/.amazonq/mcp.json',
      ],
    ],
    [
      'Windows',
      windows,
      'zed',
      ['user C:\\Users\\u\\AppData\\Roaming\\Zed\\settings.json', 'project D:\\w\\.zed\\settings.json'],
    ],
    ['Windows', windows, 'goose', ['user C:\\Users\\u\\AppData\\Roaming\\Block\\goose\\config\\config.yaml']],
    [
      'Windows',
      { ...windows, managed: 'C:\\' },
      'codex',
      ['user C:\\Users\\u\\.codex\\config.toml', 'project D:\\w\\.codex\\config.toml'],
    ],
    [
      'Windows',
      { ...windows, managed: 'C:\\' },
      'gemini',
      [
        'user C:\\Users\\u\\.gemini\\settings.json',
        'project D:\\w\\.gemini\\settings.json',
        'managed C:\\ProgramData\\gemini-cli\\settings.json',
      ],
    ],
  ])('on %s, %o: %s', (_system, place, client, expected) => {
    expect(paths(place, client)).toEqual(expected);
  });

  it('of extensions lie in the folders of VS Code and its siblings', () => {
    const cline = 'globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json';
    expect(paths(linux, 'cline')).toContain(`user /home/u/.config/Code/User/${cline}`);
    expect(paths(mac, 'cline')).toContain(`user /Users/u/Library/Application Support/Code/User/${cline}`);
    expect(paths(windows, 'roo')).toEqual(
      expect.arrayContaining([
        'user C:\\Users\\u\\AppData\\Roaming\\VSCodium\\User\\globalStorage\\rooveterinaryinc.roo-cline\\settings\\mcp_settings.json',
        'project D:\\w\\.roo\\mcp.json',
      ]),
    );
  });

  it('of Continue may have any name in its folder', () => {
    const file = (path: string) => knownFile(linux, 'continue', 'project', path);
    expect(file('/projects/a/.continue/mcpServers/x.yaml')).toMatchObject({
      format: { syntax: 'yaml' },
      folder: '/projects/a',
    });
    expect(file('/projects/a/.continue/mcpServers/x.json')).toMatchObject({ format: { syntax: 'jsonc' } });
    for (const no of [
      '/projects/a/.continue/mcpServers/x.txt',
      '/projects/a/.continue/mcpServers/../x.yaml',
      '/projects/a/.continue/mcpServers/a/x.yaml',
      '/projects/a/x.yaml',
    ])
      expect(file(no)).toBeUndefined();
  });

  it('that only belong to the organisation, or to a client of the past, are read and not written', () => {
    const readOnly = knownFiles({ ...linux, managed: '/' }).filter((known) => known.readOnly !== null);
    expect(new Set(readOnly.map(({ client, scope }) => (scope === 'managed' ? 'managed' : client)))).toEqual(
      new Set(['managed', 'roo']),
    );
  });

  it("finds Claude Code's local sections, the workspace's own first", () => {
    const file = knownFile(linux, 'claude-code', 'local', '/home/u/.claude.json');
    const document = { projects: { '/elsewhere': { mcpServers: {} }, '/none': {}, '/projects/b': { mcpServers: {} } } };
    expect(file?.roots(document)).toEqual(
      ['/projects/a', '/projects/b', '/elsewhere'].map((project) => ['projects', project, 'mcpServers']),
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
