import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const AUDIT_CHILD = fileURLToPath(
  new URL('../../apps/coordinator/src/modules/audit/testing/crash-child.ts', import.meta.url),
);

/** Has something done to the audit log of a database by a process of its own; answers what it printed. */
export async function auditChild(url: string, mode: 'migrate' | 'write-some' | 'verify'): Promise<string> {
  const child = spawn(process.execPath, [AUDIT_CHILD, mode, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${mode} ended with ${code}`);
  return output;
}
