import { localRemoteDialect } from './local-remote.ts';

/** Kilo Code 7 and newer: the command is a list, `enabled` says whether it runs, approvals stand beside the servers. */
export const kilo = localRemoteDialect({
  client: 'kilo',
  root: ['mcp'],
  switchMember: () => 'enabled',
  overlooked: ['env', 'args', 'disabled', 'alwaysAllow'],
});
