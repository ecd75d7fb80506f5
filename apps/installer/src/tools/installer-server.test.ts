import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { accept } from '@mcp-coordinator/core/result';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KILOCODE, MEMORY, makeExecutor, makeRoots, planOne, type Roots } from '../testing/installer-rig.ts';
import type { Authority } from './authority.ts';
import { installerServer } from './installer-server.ts';

const ALONE: Authority = { verifyGrant: null, propose: null };
const install: Action = { id: 'a1', type: 'install_server', serverName: 'memory', ...MEMORY };
const BEFORE = { mcpServers: { old: { command: 'x' } } };

let roots: Roots;
beforeEach(() => {
  roots = makeRoots({ [KILOCODE]: BEFORE });
});
afterEach(() => roots.remove());

type Era = 'legacy' | 'auto';
interface Person {
  answers?: { action: 'accept' | 'decline' | 'cancel'; content?: Record<string, string | boolean> };
}

async function connect(authority: Authority, era: Era, { answers }: Person = {}) {
  const executor = await makeExecutor(roots);
  const [mine, its] = InMemoryTransport.createLinkedPair();
  const handle = serveStdio(() => installerServer(executor, authority), { transport: its });
  const capabilities = answers === undefined ? {} : { elicitation: { form: {} } };
  const client = new Client({ name: 'test', version: '1' }, { capabilities, versionNegotiation: { mode: era } });
  const asked: string[] = [];
  if (answers !== undefined) {
    client.setRequestHandler('elicitation/create', (request) => {
      asked.push(request.params.message);
      return Promise.resolve(answers);
    });
  }
  await client.connect(mine);
  return { client, executor, asked, close: () => handle.close() };
}

describe('the tools', () => {
  it('are those of the contract, with schemas and annotations', async () => {
    const { client, close } = await connect(ALONE, 'auto');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(Object.keys(INSTALLER_TOOLS).sort());
    for (const tool of tools) {
      const { title, annotations } = INSTALLER_TOOLS[tool.name as keyof typeof INSTALLER_TOOLS];
      expect(tool).toMatchObject({
        title,
        annotations,
        inputSchema: { type: 'object' },
        outputSchema: { type: 'object' },
      });
    }
    await close();
  });

  it('answer what their schemas promise', async () => {
    const { client, close } = await connect(ALONE, 'legacy');
    const listed = await client.callTool({ name: 'list_servers', arguments: {} });
    expect(INSTALLER_TOOLS.list_servers.output.parse(listed.structuredContent).inventory.servers).toMatchObject([
      { name: 'old', definitions: { status: 'unknown' } },
    ]);
    const shown = await client.callTool({ name: 'preview_change', arguments: { actions: [install] } });
    expect(INSTALLER_TOOLS.preview_change.output.parse(shown.structuredContent).plans).toHaveLength(1);
    await close();
  });

  it('take only actions of their own name', async () => {
    const { client, close } = await connect(ALONE, 'auto');
    expect(await client.callTool({ name: 'remove_server', arguments: { action: install } })).toMatchObject({
      isError: true,
    });
    await close();
  });
});

describe.each<Era>(['legacy', 'auto'])('alone, in the %s revision', (era) => {
  const call = { name: 'install_server', arguments: { action: install } };

  it('changes what the person agreed to, after showing it', async () => {
    const { client, asked, close } = await connect(ALONE, era, {
      answers: { action: 'accept', content: { apply: true } },
    });
    const result = await client.callTool(call);
    expect(result.structuredContent).toMatchObject({ outcome: { status: 'completed', actionId: 'a1' } });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('+    "memory"');
    expect(JSON.parse(roots.read(KILOCODE))).toEqual({ mcpServers: { memory: MEMORY, old: { command: 'x' } } });
    await close();
  });

  it.each([
    ['declines', { action: 'decline' as const }],
    ['cancels', { action: 'cancel' as const }],
    ['says no', { action: 'accept' as const, content: { apply: false } }],
    ['answers something else', { action: 'accept' as const, content: { apply: 'yes' } }],
  ])('changes nothing when the person %s', async (_what, answers) => {
    const { client, close } = await connect(ALONE, era, { answers });
    expect(await client.callTool(call)).toMatchObject({ isError: true });
    expect(JSON.parse(roots.read(KILOCODE))).toEqual(BEFORE);
    await close();
  });

  it('changes nothing where the client cannot ask', async () => {
    const { client, close } = await connect(ALONE, era);
    expect(await client.callTool(call)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('cannot ask') as string }],
    });
    expect(JSON.parse(roots.read(KILOCODE))).toEqual(BEFORE);
    await close();
  });

  it('undoes what was done, when the person agrees', async () => {
    const { client, close } = await connect(ALONE, era, { answers: { action: 'accept', content: { apply: true } } });
    const before = roots.read(KILOCODE);
    const done = await client.callTool({ name: 'install_server', arguments: { action: install, executionId: 'mine' } });
    expect(done.structuredContent).toMatchObject({ outcome: { executionId: 'mine' } });
    const { action } = await actionAsApplied();
    const undone = await client.callTool({
      name: 'rollback_change',
      arguments: { action, executionId: 'mine', grant: '', reason: 'changed my mind' },
    });
    expect(undone.structuredContent).toMatchObject({ outcome: { status: 'rolled_back' } });
    expect(roots.read(KILOCODE)).toBe(before);
    await close();
  });
});

/** The action with its target, as the installer resolved it. */
async function actionAsApplied() {
  const other = makeRoots({ [KILOCODE]: BEFORE });
  const { action } = await planOne(await makeExecutor(other), install);
  other.remove();
  return { action: { ...action, target: { ...action.target!, path: roots.at(KILOCODE) } } as Action };
}

describe('with a coordinator', () => {
  it('turns a wish into a proposal and changes nothing', async () => {
    const proposed: Action[] = [];
    const propose: Authority['propose'] = (action) => {
      proposed.push(action);
      return Promise.resolve(accept({ proposalId: 'p1', url: 'http://c/p1' }));
    };
    const { client, close, asked } = await connect({ verifyGrant: null, propose }, 'auto', {
      answers: { action: 'accept', content: { apply: true } },
    });
    const result = await client.callTool({ name: 'install_server', arguments: { action: install } });
    expect(result.structuredContent).toEqual({ proposal: { proposalId: 'p1', url: 'http://c/p1' } });
    expect(asked).toEqual([]);
    expect(proposed).toEqual([install]);
    expect(JSON.parse(roots.read(KILOCODE))).toEqual(BEFORE);
    await close();
  });

  it('honours no grant outside its link', async () => {
    const { client, close } = await connect(
      { verifyGrant: null, propose: () => Promise.resolve(accept({ proposalId: 'p', url: 'u' })) },
      'auto',
    );
    const result = await client.callTool({
      name: 'install_server',
      arguments: { action: install, executionId: 'e', grant: 'x.y.z' },
    });
    expect(result.structuredContent).toMatchObject({ outcome: { status: 'refused' } });
    expect(JSON.parse(roots.read(KILOCODE))).toEqual(BEFORE);
    await close();
  });
});
