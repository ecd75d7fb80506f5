import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJsonDurably } from '@mcp-coordinator/client/agent/durable-json';
import { type KeyedHash, stableText } from '../inventory/keyed-hash.ts';

/** The values that one server's process is handed by the launcher. Never changed once kept: another content is another name. */
export interface SecretSet {
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

const SET_NAME = /^[a-z0-9-]{1,80}$/;

/** Names a set by what is in it, under the machine's key, so that a plan that names it covers its values. */
export function nameSecretSet(
  serverName: string,
  values: Readonly<Record<string, string>>,
  keyedHash: KeyedHash,
): string {
  const slug =
    serverName
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'server';
  return `${slug}-${keyedHash(stableText({ serverName, values })).replace(/^.*:/, '').slice(0, 16)}`;
}

/** Secret values on this machine, outside every configuration file: one 0600 file for each set, in a 0700 folder. */
export class SecretStore {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'secrets');
  }

  async keep({ name, values }: SecretSet): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeJsonDurably(this.#path(name), { name, values });
  }

  /** Null where no such set is kept. */
  async read(name: string): Promise<SecretSet | null> {
    return SET_NAME.test(name) ? readJson<SecretSet>(this.#path(name)) : null;
  }

  #path(name: string): string {
    if (!SET_NAME.test(name)) throw new Error('a secret set name is malformed');
    return join(this.#folder, `${name}.json`);
  }
}
