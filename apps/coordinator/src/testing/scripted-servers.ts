import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { AssessmentResults, Finding } from '@mcp-coordinator/contract/findings.contract';
import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import type { ActionOutcome, AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { sha256Hex } from '../runtime.ts';
import type { TestApp } from './harness.ts';
import { dialIn, type ScriptedAgent } from './scripted-agent.ts';

const FILE = '/home/person/.kilocode/mcp.json';
const place = { client: 'kilocode', scope: 'project', path: FILE } as const;

export interface ScriptedInstaller extends ScriptedAgent {
  /** The names of the servers in its one file, as they stand now. */
  readonly entries: Set<string>;
  /** Every action that it carried out or undid, in order: `install_server memory`, `undo install_server memory`. */
  readonly done: string[];
}

/** An installer with one file, which does what it is told and keeps a journal as the real one does. */
export async function scriptedInstaller(
  app: TestApp,
  names: readonly string[],
  serverId = 'installer-1',
): Promise<ScriptedInstaller> {
  const entries = new Set(names);
  const done: string[] = [];
  const journal = new Map<string, ActionOutcome>();
  const section = (of: Iterable<string>): string => sha256Hex([...of].sort().join());

  const inventory = (): Inventory => ({
    takenAt: app.now().toISOString(),
    host: { platform: 'linux', hostname: serverId },
    roots: { home: '/home/person', workspaces: ['/home/person'] },
    files: [{ ...place, sectionHash: section(entries), mode: '0600', gitTracked: false }],
    servers: [...entries].map((name) => ({
      ...place,
      name,
      pointer: `/mcpServers/${name}`,
      entry: { command: 'npx', args: ['-y', name] },
      launch: { transport: 'stdio', command: 'npx', args: ['-y', name], enabled: true },
      observations: [],
      resolvedCommand: null,
      hash: sha256Hex(name),
      definitions: { status: 'unknown', reason: 'scripted' },
    })),
  });

  const planOf = (action: Action, present: Set<string>): ActionPlan => {
    const before = section(present);
    if (action.type === 'remove_server') present.delete(action.serverName);
    else present.add(action.serverName);
    const after = section(present);
    return {
      actionId: action.id,
      type: action.type,
      serverName: action.serverName,
      target: { installerId: serverId, ...place },
      sectionHash: before,
      sectionHashAfter: after,
      intents: [{ verb: action.type === 'remove_server' ? 'Remove' : 'Add', text: action.serverName }],
      diff: `--- ${FILE}\n+++ ${FILE}\n`,
      launch: null,
      package: null,
      undo: { kind: 'restore_bytes', description: 'puts the file back as it was' },
      steps: [],
      restart: [],
      planDigest: sha256Hex(JSON.stringify([action.type, action.serverName, before, after])),
    };
  };

  const outcome = (
    args: Record<string, unknown>,
    status: ActionOutcome['status'],
    work: () => void,
  ): { outcome: ActionOutcome } => {
    const action = args['action'] as Action;
    const executionId = args['executionId'] as string;
    const key = `${executionId}/${action.id}/${status}`;
    const earlier = journal.get(key);
    if (earlier) return { outcome: { ...earlier, replayed: true } };
    work();
    const made: ActionOutcome = {
      executionId,
      actionId: action.id,
      status,
      error: null,
      diff: 'changed',
      log: ['done'],
      replayed: false,
      durationMs: 5,
    };
    journal.set(key, made);
    return { outcome: made };
  };
  const apply = (args: Record<string, unknown>) =>
    outcome(args, 'completed', () => {
      const { type, serverName } = args['action'] as Action;
      done.push(`${type} ${serverName}`);
      if (type === 'remove_server') entries.delete(serverName);
      else entries.add(serverName);
    });
  const undo = (args: Record<string, unknown>) =>
    outcome(args, 'rolled_back', () => {
      const { type, serverName } = args['action'] as Action;
      done.push(`undo ${type} ${serverName}`);
      if (type === 'remove_server') entries.add(serverName);
      else entries.delete(serverName);
    });

  const agent = await dialIn(app, 'installer', serverId, {
    list_servers: () => ({ inventory: inventory() }),
    preview_change: ({ actions }) => {
      const present = new Set(entries);
      const list = actions as Action[];
      return { plans: list.map((action) => planOf(action, present)), refused: [], resolvedActions: list };
    },
    install_server: apply,
    remove_server: apply,
    update_server: apply,
    generate_config: apply,
    rollback_change: undo,
  });
  return Object.assign(agent, { entries, done });
}

const finding = (key: string): Finding => ({
  id: sha256Hex(key).slice(0, 16),
  rule: 'CFG-03',
  issue: 'unpinned_package',
  severity: 'medium',
  title: 'The package is not pinned',
  evidence: `npx -y ${key}`,
  location: { path: FILE, pointer: `/mcpServers/${key}` },
  fix: { text: 'Pin it', actionable: true },
  references: [],
});

/** A compliance server that finds one medium thing wrong with every server, and that absent ones are absent. */
export const scriptedCompliance = (app: TestApp, serverId = 'compliance-1'): Promise<ScriptedAgent> =>
  dialIn(app, 'compliance', serverId, {
    compliance_assessment: ({ servers }) => {
      const judged = (servers as AssessedServer[]).map(({ key, snapshot }) => [
        key,
        {
          status: 'non_compliant' as const,
          issues: [snapshot ? 'unpinned_package' : 'missing_config'],
          findings: [finding(key)],
        },
      ]);
      const count = judged.length;
      const summary = { totalIssues: count, criticalIssues: 0, warningIssues: count, infoIssues: 0 };
      return {
        rulesVersion: '1',
        results: { summary, servers: Object.fromEntries(judged) } satisfies AssessmentResults,
      };
    },
    generate_remediation_proposal: ({ servers }) => ({
      actions: (servers as AssessedServer[]).map(({ key }, index) => ({
        id: `action-${index}`,
        type: 'update_server',
        serverName: key,
        fixes: ['pin_package'],
      })),
      unresolved: [],
    }),
    execute_remediation: ({ actions }) => ({ refused: [], plans: [], actions }),
  });
