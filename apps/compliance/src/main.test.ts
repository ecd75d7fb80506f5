import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../bin/mcp-compliance.mjs', import.meta.url));
const environment = async (more: Record<string, string> = {}): Promise<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  COMPLIANCE_DATA_DIR: await mkdtemp(join(tmpdir(), 'compliance-')),
  LOG_LEVEL: 'silent',
  ...more,
});

async function start(command: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [bin, ...command], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return { child, said: () => said, ended: once(child, 'exit').then(([code]) => code as number | null) };
}

describe('the program', () => {
  it.each(['auto', 'legacy'] as const)('serves MCP over stdio (%s)', async (mode) => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [bin, 'stdio'], env: await environment() }),
    );
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(3);
    await client.close();
  });

  it('refuses to serve without a coordinator, and says which variable is wrong', async () => {
    const bare = await start(['serve'], await environment());
    expect(await bare.ended).toBe(78);
    expect(bare.said()).toContain('COORDINATOR_URL');
    const wrong = await start(
      ['serve'],
      await environment({ COORDINATOR_URL: 'http://127.0.0.1:9', COORDINATOR_API_KEY: 'mcpk_x', COMPLIANCE_ID: ' ' }),
    );
    expect(await wrong.ended).toBe(78);
    expect(wrong.said()).toContain('COMPLIANCE_ID');
  });

  const unreachable = { COORDINATOR_URL: 'http://127.0.0.1:9', COORDINATOR_API_KEY: 'mcpk_x', LOG_LEVEL: 'info' };
  it('keeps trying while nobody answers, and ends with its parent', async () => {
    const serving = await start(['serve', '--exit-with-parent'], await environment(unreachable));
    await once(serving.child.stderr, 'data');
    serving.child.stdin.end();
    expect(await serving.ended).toBe(0);
    expect(serving.said()).not.toContain('mcpk_x');
  });
  it('ends cleanly when it is told to', async () => {
    const serving = await start(['serve'], await environment(unreachable));
    await once(serving.child.stderr, 'data');
    serving.child.kill('SIGTERM');
    expect(await serving.ended).toBe(0);
  });
});
