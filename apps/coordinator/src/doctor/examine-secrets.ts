import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { type Finding, fault, fine, fixed, unknown } from './finding.ts';

const OTHERS = 0o077;
const DAY_MS = 86_400_000;
/** A certificate is renewed before it ends, not after. */
const TLS_DAYS_MIN = 14;
/** Random text of 32 characters has about twenty different ones. */
const DIFFERENT_MIN = 10;
const PLACEHOLDER = /change.?me|your[_-]|example|secret[_-]?key|password|12345|qwerty|abcdef/i;

/** The files that nobody but their owner may read. */
function secretFiles({ dataDir, grantSigningKeyFile, auditSigningKeyFile }: Config): string[] {
  const folder = join(dataDir, 'secrets');
  const kept = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const named = [grantSigningKeyFile, auditSigningKeyFile].filter(
    (file) => file !== null && existsSync(file),
  ) as string[];
  return [...(existsSync(folder) ? [folder] : []), ...kept, ...named];
}

/** Whether others on the machine can read what nobody may. */
export function examinePermissions(config: Config, fix: boolean): Finding {
  const open = secretFiles(config).filter((path) => (statSync(path).mode & OTHERS) !== 0);
  if (open.length === 0) return fine('secret_permissions', 'Secrets are readable for their owner alone.');
  if (fix) {
    for (const path of open) chmodSync(path, statSync(path).isDirectory() ? 0o700 : 0o600);
    return fixed(
      'secret_permissions',
      `Taken from others: ${open.join(', ')}. Who could read them may have: consider new ones (secrets rotate, keys rotate).`,
    );
  }
  return fault(
    'secret_permissions',
    `Others on this machine can read ${open.join(', ')}.`,
    `chmod go= ${open.join(' ')} (doctor --fix does it), and consider new ones: mcp-coordinator secrets rotate`,
  );
}

/** Secrets that somebody typed, or copied from an example, rather than made. */
export function examineStrength({ secrets }: Config): Finding {
  const given = { JWT_SECRET: secrets.jwt, SESSION_SECRET: secrets.session, ENCRYPTION_KEY: secrets.encryption };
  const named = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const weak = named.filter(([, text]) => new Set(text).size < DIFFERENT_MIN || PLACEHOLDER.test(text));
  const twice = named.filter(([name, text]) => named.some(([other, same]) => other !== name && same === text));
  const names = [...new Set([...weak, ...twice].map(([name]) => name))];
  if (names.length === 0) return fine('weak_secret', 'No secret is easy to guess.');
  return fault(
    'weak_secret',
    `${names.join(', ')}: easy to guess, or the same as another one.`,
    'Make each with: openssl rand -base64 32. For ENCRYPTION_KEY keep the old one in ENCRYPTION_KEY_PREVIOUS, and run: mcp-coordinator secrets rotate',
  );
}

/** The certificate that is served: its days, and whether the key is its own. */
export function examineTls({ tls }: Config, now: Date): Finding {
  if (tls === null) return fine('tls', 'TLS is not served by the coordinator itself.');
  const renew = 'Renew the certificate, put it and its key where TLS_CERT_FILE and TLS_KEY_FILE say, and restart.';
  try {
    const certificate = new X509Certificate(readFileSync(tls.certFile));
    const key = createPrivateKey(readFileSync(tls.keyFile));
    const [from, until] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
    if (!certificate.checkPrivateKey(key))
      return fault('tls', `${tls.keyFile} is not the key of ${tls.certFile}.`, renew);
    if (now > until) return fault('tls', `The certificate expired on ${until.toISOString()}.`, renew);
    if (now < from)
      return fault('tls', `The certificate is valid from ${from.toISOString()} on; it is not that yet.`, renew);
    const days = Math.floor((until.getTime() - now.getTime()) / DAY_MS);
    return days < TLS_DAYS_MIN
      ? fault('tls', `The certificate expires in ${days} days.`, renew)
      : fine('tls', `The certificate is valid for ${days} days.`);
  } catch (error) {
    return unknownOrFault(error, renew);
  }
}

const unknownOrFault = (error: unknown, remedy: string): Finding =>
  (error as NodeJS.ErrnoException).code === 'EACCES'
    ? unknown('tls', `The certificate cannot be read by this user (${(error as Error).message}).`)
    : fault('tls', `The certificate or its key cannot be used (${(error as Error).message}).`, remedy);
