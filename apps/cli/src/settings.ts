import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { usageError } from './cli-error.ts';

/** Where the coordinator is and who one is there. A flag beats the environment, which beats the file. */
export interface Settings {
  readonly url: string;
  /** Whether somebody said so; otherwise it is the default. */
  readonly urlFrom: 'flag' | 'environment' | 'file' | 'default';
  readonly token: string | undefined;
  readonly file: string;
}
export type Environment = Readonly<Record<string, string | undefined>>;

const fileSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).optional(),
  /** Session tokens by the coordinator they are for. */
  tokens: z.record(z.string(), z.string()).optional(),
});
export type SettingsFile = z.infer<typeof fileSchema>;

const DEFAULT_URL = 'http://localhost:3000';

export function settingsPath(environment: Environment): string {
  const own = environment['MCP_COORDINATOR_CONFIG'];
  if (own) return own;
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? '.';
  return join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'mcp-coordinator', 'config.json');
}

export function readSettings(environment: Environment, flagUrl: string | undefined): Settings {
  const file = settingsPath(environment);
  const kept = readSettingsFile(file);
  const [url, urlFrom] = chosenUrl(flagUrl, environment['COORDINATOR_URL'], kept.url);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw usageError(`The address ${url} (from ${urlFrom}) is no http:// or https:// address; nothing was asked.`);
  }
  const { origin } = new URL(url);
  return { url, urlFrom, file, token: environment['COORDINATOR_TOKEN'] || kept.tokens?.[origin] };
}

function chosenUrl(
  flag: string | undefined,
  environment: string | undefined,
  file: string | undefined,
): [string, Settings['urlFrom']] {
  if (flag) return [flag, 'flag'];
  if (environment) return [environment, 'environment'];
  return file ? [file, 'file'] : [DEFAULT_URL, 'default'];
}

export function readSettingsFile(file: string): SettingsFile {
  if (!existsSync(file)) return {};
  const parsed = fileSchema.safeParse(jsonOf(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues
    .map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`)
    .join('; ');
  throw usageError(`${file} is not valid: ${wrong}. Nothing was asked.`, 'Mend the file, or remove it.');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not valid as a whole; the schema says so.
    return undefined;
  }
}

/** For its owner alone, since tokens stand in it. */
export function writeSettingsFile(file: string, value: SettingsFile): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}
