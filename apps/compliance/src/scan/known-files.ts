import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Configurations of clients, below the home folder and below a project. */
const IN_HOME = [
  '.config/kilo/kilo.jsonc',
  '.config/kilo/kilo.json',
  '.kilocode/cli/global/settings/mcp_settings.json',
  '.config/Code/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json',
  '.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
  '.config/Code/User/mcp.json',
  'Library/Application Support/Code/User/mcp.json',
  'AppData/Roaming/Code/User/mcp.json',
  '.config/Claude/claude_desktop_config.json',
  'Library/Application Support/Claude/claude_desktop_config.json',
  'AppData/Roaming/Claude/claude_desktop_config.json',
  '.claude.json',
  '.cursor/mcp.json',
  '.copilot/mcp-config.json',
  '.codeium/windsurf/mcp_config.json',
  '.gemini/settings.json',
  '.junie/mcp/mcp.json',
  '.config/zed/settings.json',
  '.config/opencode/opencode.json',
  '.config/opencode/opencode.jsonc',
  '.config/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json',
  'AppData/Roaming/Zed/settings.json',
  '.codex/config.toml',
  '.config/goose/config.yaml',
  'AppData/Roaming/Block/goose/config/config.yaml',
  '.continue/config.yaml',
  '.aws/amazonq/default.json',
  '.aws/amazonq/mcp.json',
];
const IN_PROJECT = [
  '.mcp.json',
  '.cursor/mcp.json',
  '.vscode/mcp.json',
  '.kilocode/mcp.json',
  'kilo.json',
  'kilo.jsonc',
  '.gemini/settings.json',
  '.junie/mcp/mcp.json',
  'opencode.json',
  'opencode.jsonc',
  '.roo/mcp.json',
  '.zed/settings.json',
  '.codex/config.toml',
  '.amazonq/default.json',
  '.amazonq/mcp.json',
];

/** The client configurations that exist on this machine. */
export async function knownConfigurations(home: string, workingFolder: string): Promise<string[]> {
  const candidates = [
    ...IN_HOME.map((file) => join(home, file)),
    ...IN_PROJECT.map((file) => join(workingFolder, file)),
  ];
  const present = await Promise.all(
    candidates.map((path) =>
      stat(path).then(
        (found) => found.isFile(),
        () => false,
      ),
    ),
  );
  return [...new Set(candidates.filter((_, index) => present[index]))];
}
