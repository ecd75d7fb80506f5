/** What the name of a variable, header or flag says about its value. */
export type NameHint = 'credential' | 'key' | 'none';

/** A value under such a name is a credential however short it is. */
const CREDENTIAL_WORDS = new Set([
  'PASSWORD',
  'PASSWD',
  'PASSPHRASE',
  'PASS',
  'PWD',
  'SECRET',
  'SECRETS',
  'AUTHORIZATION',
  'COOKIE',
  'CREDENTIAL',
  'CREDENTIALS',
]);
/** A value under such a name is a credential when it also looks like one. */
const KEY_WORDS = new Set([
  'KEY',
  'TOKEN',
  'APIKEY',
  'PAT',
  'AUTH',
  'JWT',
  'BEARER',
  'SIGNATURE',
  'WEBHOOK',
  'SESSION',
  'DSN',
]);
/** As last word these turn the rest into a description of something else: `TOKEN_FILE`, `PASSWORD_MIN_LENGTH`. */
const DESCRIBING_WORDS = new Set([
  ...[
    'FILE',
    'PATH',
    'DIR',
    'FOLDER',
    'URL',
    'URI',
    'ENDPOINT',
    'HOST',
    'PORT',
    'NAME',
    'USER',
    'USERNAME',
    'ID',
    'MODE',
    'TYPE',
  ],
  ...[
    'LENGTH',
    'LIMIT',
    'MAX',
    'MIN',
    'COUNT',
    'SIZE',
    'TTL',
    'TIMEOUT',
    'EXPIRY',
    'EXPIRES',
    'AGE',
    'ENABLED',
    'DISABLED',
  ],
  ...[
    'REQUIRED',
    'PROVIDER',
    'BACKEND',
    'REGION',
    'VERSION',
    'ALGORITHM',
    'FORMAT',
    'METHOD',
    'SCOPE',
    'ISSUER',
    'AUDIENCE',
    'HEADER',
  ],
]);

const words = (name: string): string[] =>
  name
    .slice(0, 256)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '');

/** `PUBLIC_KEY` is none; `DB_PASSWORD` is a credential; `GITHUB_TOKEN` and `X-Api-Key` are keys. */
export function nameHint(name: string): NameHint {
  const parts = words(name);
  const last = parts.at(-1);
  // AWS_ACCESS_KEY_ID is no secret by itself; its typed pattern is found anyway.
  if (last === undefined || DESCRIBING_WORDS.has(last) || parts.includes('PUBLIC')) return 'none';
  if (parts.some((word) => CREDENTIAL_WORDS.has(word))) return 'credential';
  return KEY_WORDS.has(last) || /(?:KEY|TOKEN|SECRET)$/.test(last) ? 'key' : 'none';
}
