import type { ClientId } from '@mcp-coordinator/contract/inventory.contract';
import type { Dialect } from './dialect.ts';
import { claudeCode } from './dialects/claude-code.ts';
import { claudeDesktop } from './dialects/claude-desktop.ts';
import { cursor } from './dialects/cursor.ts';
import { kilo } from './dialects/kilo.ts';
import { kilocode } from './dialects/kilocode.ts';
import { vscode } from './dialects/vscode.ts';

/** The dialects by client id. Clients without one are known to the contract and not yet to the installer. */
const DIALECTS: ReadonlyMap<ClientId, Dialect> = new Map(
  [kilo, kilocode, claudeCode, claudeDesktop, cursor, vscode].map((dialect) => [dialect.client, dialect]),
);

/** How this client writes servers down, or undefined for one that is not supported yet. */
export const dialectOf = (client: ClientId): Dialect | undefined => DIALECTS.get(client);
