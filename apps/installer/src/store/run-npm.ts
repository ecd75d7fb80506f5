import { spawn } from 'node:child_process';
import { ProcessFamily } from '@mcp-coordinator/client/agent/process-family';

export type NpmAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string | null; readonly reason: string };

/** Runs npm in a folder and waits for it, at most so long. A port: whoever wants to can answer without npm. */
export type RunNpm = (args: readonly string[], folder: string, msMax: number) => Promise<NpmAnswer>;

const OUTPUT_KEPT = 256 * 1024;
/** npm says the same to everybody: no questions, no colours, no news; and whatever a package wants to run stays unrun. */
const QUIET = ['--json', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--omit=dev'];

/** The machine's own npm, so that its registry, proxy and certificates apply. */
export const npmWith =
  (environment: Readonly<Record<string, string>>, platform: NodeJS.Platform): RunNpm =>
  (args, folder, msMax) =>
    new Promise((resolve) => {
      const family = new ProcessFamily(platform);
      // npm is a script there, which only its command interpreter starts; every word of the line is our own.
      const [command = 'npm', ...first] = platform === 'win32' ? ['cmd', '/d', '/c', 'npm'] : ['npm'];
      const child = spawn(command, [...first, ...args, ...QUIET], {
        cwd: folder,
        env: { ...environment, ...family.environment },
        detached: true,
        windowsHide: true,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      if (child.pid !== undefined) family.begin(child.pid);
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout = (stdout + chunk.toString()).slice(-OUTPUT_KEPT);
      });
      const end = (answer: NpmAnswer): void => {
        clearTimeout(timer);
        family.end();
        resolve(answer);
      };
      const timer = setTimeout(
        () => end({ ok: false, code: 'ETIMEDOUT', reason: `npm took longer than ${msMax / 1000} s` }),
        msMax,
      );
      child.once('error', () => end({ ok: false, code: 'ENOENT', reason: 'npm is not installed here' }));
      child.once('close', (code) => end(code === 0 ? { ok: true } : failed(stdout)));
    });

const REASONS: Readonly<Record<string, string>> = {
  EINTEGRITY: 'the registry handed out another package than was planned',
  E404: 'the registry does not know one of its packages',
  ETARGET: 'the registry has no such version',
  ENOSPC: 'the disk is full',
  EBADPLATFORM: 'it is not made for this system',
};

function failed(stdout: string): NpmAnswer {
  const said = /"code":\s*"([A-Z0-9_]{1,40})"/.exec(stdout)?.[1] ?? null;
  const reason = said === null ? 'npm failed' : (REASONS[said] ?? `npm failed (${said})`);
  return { ok: false, code: said, reason };
}
