import type { ClientId } from '@mcp-coordinator/contract/inventory.contract';
import type { Dialect } from './dialect.ts';
import { amazonQ } from './dialects/amazon-q.ts';
import { claudeCode } from './dialects/claude-code.ts';
import { claudeDesktop } from './dialects/claude-desktop.ts';
import { cline } from './dialects/cline.ts';
import { codex } from './dialects/codex.ts';
import { continueDialect } from './dialects/continue.ts';
import { copilot } from './dialects/copilot.ts';
import { cursor } from './dialects/cursor.ts';
import { gemini } from './dialects/gemini.ts';
import { goose } from './dialects/goose.ts';
import { junie } from './dialects/junie.ts';
import { kilo } from './dialects/kilo.ts';
import { kilocode } from './dialects/kilocode.ts';
import { opencode } from './dialects/opencode.ts';
import { roo } from './dialects/roo.ts';
import { vscode } from './dialects/vscode.ts';
import { windsurf } from './dialects/windsurf.ts';
import { zed } from './dialects/zed.ts';

/** One dialect for each client of the contract. */
const DIALECTS: Readonly<Record<ClientId, Dialect>> = {
  kilo,
  kilocode,
  'claude-desktop': claudeDesktop,
  'claude-code': claudeCode,
  cursor,
  vscode,
  copilot,
  windsurf,
  zed,
  cline,
  roo,
  codex,
  gemini,
  goose,
  continue: continueDialect,
  opencode,
  junie,
  'amazon-q': amazonQ,
};

/** How this client writes servers down. */
export const dialectOf = (client: ClientId): Dialect => DIALECTS[client];
