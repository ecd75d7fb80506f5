import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs a program of ours on an input, in a process of its own that may be killed. */
export function inChild(program: URL, input: object): Promise<{ signal: string | null; output: unknown }> {
  const child = spawn(process.execPath, [fileURLToPath(program), JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve) =>
    child.once('close', (_code, signal) => resolve({ signal, output: output === '' ? null : JSON.parse(output) })),
  );
}
