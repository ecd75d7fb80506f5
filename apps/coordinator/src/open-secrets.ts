import { readFileSync } from 'node:fs';
import { type Config, ConfigError } from './config.ts';
import type { DataFolder } from './data-folder.ts';
import type { KeptSecret } from './kept-secret.ts';
import type { KeyMaterial } from './keys.ts';

/** Read before anything is opened, so that a wrong path is told of while nothing has happened. */
export function readNamed(variable: string, file: string | null | undefined): string | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${variable}: ${file} cannot be read (${(error as Error).message}). Nothing was started.`);
  }
}

export interface Secrets {
  readonly material: KeyMaterial;
  /** Null where the environment gives the encryption key. */
  readonly keptEncryptionKey: KeptSecret | null;
}

/** What the environment gives, else what is kept in the data folder, which is made where it is missing. */
export function secretsOf(config: Config, folder: Pick<DataFolder, 'secret'>): Secrets {
  const { encryption, previousEncryption, jwt, session } = config.secrets;
  const keptEncryptionKey = encryption === undefined ? folder.secret('encryption-key') : null;
  const [encryptionKey, ...kept] = keptEncryptionKey?.read() ?? [encryption ?? ''];
  const material = {
    encryptionKey,
    previousEncryptionKeys: [...kept, ...previousEncryption],
    jwtSecret: jwt ?? folder.secret('jwt-secret').read()[0],
    sessionSecret: session ?? folder.secret('session-secret').read()[0],
    grantSigningPem: readNamed('GRANT_SIGNING_KEY_FILE', config.grantSigningKeyFile),
    auditSigningPem: readNamed('AUDIT_SIGNING_KEY_FILE', config.auditSigningKeyFile),
  };
  return { material, keptEncryptionKey };
}

/** With what stands in the file of trusted keys: one verifier key a line, and `#` begins a remark. */
export function withFormerKeys(config: Config): Config {
  const lines = (readNamed('AUDIT_TRUSTED_KEYS_FILE', config.audit.trustedKeysFile) ?? '').split('\n');
  const formerKeys = lines.map((line) => line.replace(/#.*$/, '').trim()).filter(Boolean);
  return { ...config, audit: { ...config.audit, formerKeys } };
}
