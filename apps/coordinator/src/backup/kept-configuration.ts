import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Config } from '../config.ts';

const VARIABLES_FILE = 'environment.env';
const SECRETS = 'secrets';
/** Variables that name a file without which the database, or the proof of its log, is worth less. */
const NAMED_FILES = ['GRANT_SIGNING_KEY_FILE', 'AUDIT_SIGNING_KEY_FILE', 'AUDIT_TRUSTED_KEYS_FILE'] as const;

/** The variables, the secrets that were made by themselves, and the key files, for their owner alone. */
export function keepConfiguration(folder: string, { given, dataDir }: Config): void {
  const lines = Object.entries(given).map(([name, value]) => `${name}=${quoted(value)}\n`);
  writeFileSync(join(folder, VARIABLES_FILE), lines.join(''), { mode: 0o600 });
  const secrets = join(dataDir, SECRETS);
  if (existsSync(secrets)) cpSync(secrets, join(folder, SECRETS), { recursive: true });
  for (const name of NAMED_FILES) {
    const file = given[name];
    if (file !== undefined) copyFileSync(file, join(folder, name));
  }
}

/** In the form that `--env-file` reads; a line break and what looks like a remark stay part of the value. */
function quoted(value: string): string {
  const quote = ['"', "'", '`'].find((mark) => !value.includes(mark) && !(mark === '"' && value.includes('\\')));
  if (quote === undefined) throw new Error('a value with every kind of quotation mark cannot be kept in a file');
  return `${quote}${value}${quote}`;
}

/** The variables of a backup, with the key files that lie in it. */
export function variablesOf(folder: string): Record<string, string> {
  const variables = parseEnv(readFileSync(join(folder, VARIABLES_FILE), 'utf8')) as Record<string, string>;
  const files = NAMED_FILES.filter((name) => existsSync(join(folder, name))).map(
    (name) => [name, join(folder, name)] as const,
  );
  return { ...variables, ...Object.fromEntries<string>(files) };
}

/** Puts the secrets that were made by themselves where the next start finds them; what is there already stays. */
export function bringSecrets(folder: string, dataDir: string): void {
  const kept = join(folder, SECRETS);
  if (!existsSync(kept)) return;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  cpSync(kept, join(dataDir, SECRETS), { recursive: true, force: false });
}
