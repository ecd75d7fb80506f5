import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';

/** A whole plan of which a test says only what it is about. */
export const planOf = (more: Partial<ActionPlan> = {}): ActionPlan => ({
  actionId: 'a-1',
  type: 'install_server',
  serverName: 'memory',
  target: { installerId: 'one', client: 'kilocode', scope: 'project', path: '/home/p/mcp.json' },
  sectionHash: 'before',
  sectionHashAfter: 'after',
  intents: [{ verb: 'Add', text: 'memory' }],
  diff: '+ memory',
  launch: { argv: ['npx', '-y', 'memory'], variables: ['TOKEN'], url: null },
  package: { registry: 'npm', name: 'memory', version: '1.0.0', integrity: 'sha512-x' },
  undo: { kind: 'restore_bytes', description: 'puts it back' },
  steps: [],
  restart: [],
  planDigest: 'plan',
  ...more,
});
