import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReference, replaceReferences } from './references.ts';
import { nameHint } from './secret-names.ts';
import { classifyValue, maskText, maskValue } from './secrets.ts';

/** Made up here, in two parts each, so that no scanner takes this file for a leak. */
const made = (prefix: string, body: string): string => prefix + body;
const TYPED: Record<string, string> = {
  github_token: made('gh' + 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'),
  github_fine_grained_token: made('github' + '_pat_', '11ABCDEFG0aBcDeFgHiJkL_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789'),
  anthropic_key: made('sk-' + 'ant-', 'api03-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789'),
  openai_key: made('sk-' + 'proj-', 'aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcdef'),
  aws_access_key_id: made('AK' + 'IA', 'IOSFODNN7EXAMPLE'),
  slack_token: made('xo' + 'xb-', '123456789012-123456789012-aBcDeFgHiJkLmNoPqRsTuVwX'),
  google_api_key: made('AI' + 'za', 'SyA1234567890abcdefghijklmnopqrstuv'),
  stripe_key: made('sk_' + 'live_', 'aBcDeFgHiJkLmNoPqRsTuVwX'),
  npm_token: made('np' + 'm_', 'aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789'),
  jwt: made('ey' + 'J', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'),
};

describe('classifyValue', () => {
  it.each(Object.entries(TYPED))('finds a %s whatever its name, and inside other text', (detail, secret) => {
    expect(classifyValue('', secret)).toMatchObject({
      kind: 'secret',
      detail,
      ranges: [{ start: 0, end: secret.length }],
    });
    expect(classifyValue('FOO', `--x=${secret} tail`).kind).toBe('secret');
  });

  it('keeps everything of a DSN but the password', () => {
    const dsn = 'postgresql://user:hunter2secret@localhost:5432/db';
    expect(classifyValue('DATABASE_URL', dsn).kind).toBe('dsn_password');
    expect(maskValue('DATABASE_URL', dsn)).toBe('postgresql://user:••••@localhost:5432/db');
    expect(maskValue('', 'redis://:p@ss:w0rd@h/0')).toBe('redis://:••••@h/0');
  });

  it('finds credentials in web addresses', () => {
    expect(classifyValue('', 'https://u:abcdef123@example.org/').kind).toBe('url_credential');
    expect(maskValue('', 'https://example.org/mcp?api_key=abcdef&x=1')).toBe(
      'https://example.org/mcp?api_key=••••&x=1',
    );
    expect(classifyValue('url', 'https://example.org/mcp?query=keys').kind).toBe('plain');
  });

  it.each([
    ['DB_PASSWORD', 'hunter2', 'secret'],
    ['Authorization', 'whatever', 'secret'],
    ['ACME_API_KEY', '9f86d081884c7d659a2f', 'high_entropy'],
    ['X-Api-Key', 'Zk3jL9qP0sWv', 'high_entropy'],
    ['apiToken', 'a8f5f167f44f4964e6c998dee827110c', 'high_entropy'],
  ])('takes the name %s for a hint', (name, value, kind) => {
    expect(classifyValue(name, value).kind).toBe(kind);
  });

  it.each([
    ['API_KEY', '${API_KEY}'],
    ['API_KEY', '${env:API_KEY}'],
    ['API_KEY', '{env:API_KEY}'],
    ['API_KEY', '${input:api-key}'],
    ['API_KEY', '$API_KEY'],
    ['API_KEY', '%API_KEY%'],
    ['API_KEY', 'op://vault/item/field'],
    ['Authorization', 'Bearer ${TOKEN}'],
    ['DATABASE_URL', 'postgres://user:${PASSWORD}@host/db'],
  ])('takes %s=%s for a reference', (name, value) => {
    expect(classifyValue(name, value)).toMatchObject({ kind: 'reference', isReference: true, ranges: [] });
  });

  it.each([
    ['API_KEY', '<your-api-key>'],
    ['API_KEY', 'YOUR_API_KEY_HERE'],
    ['PASSWORD', 'changeme'],
    ['API_KEY_FILE', '/run/secrets/key'],
    ['TOKEN_LIMIT', '4096'],
    ['MAX_TOKENS', '1234567890123456'],
    ['PUBLIC_KEY', 'c2FtcGxlLXB1YmxpYy1rZXktMTIzNDU2'],
    ['COMMIT', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b'],
    ['NODE_ENV', 'production'],
    ['SORT_KEY', 'created-at'],
    ['KEYBOARD', 'de-latin1-nodeadkeys1'],
  ])('lets %s=%s pass', (name, value) => {
    expect(classifyValue(name, value).ranges).toEqual([]);
  });

  it('does not take a default inside a reference for a reference', () => {
    expect(classifyValue('GITHUB_TOKEN', `\${GITHUB_TOKEN:-${TYPED['github_token']}}`).kind).toBe('secret');
    expect(isReference('${DB_PASSWORD:-hunter2}')).toBe(false);
  });

  it('finds a private key without its end', () => {
    const begin = `-----BEGIN RSA ${'PRIVATE'} KEY-----`;
    expect(classifyValue('X', `${begin}\nMIIE…`)).toMatchObject({ kind: 'secret', detail: 'private_key' });
  });
});

describe('nameHint', () => {
  it.each([
    ['GITHUB_TOKEN', 'key'],
    ['dbPassword', 'credential'],
    ['SECRET_KEY_BASE', 'credential'],
    ['PASSWORD_MIN_LENGTH', 'none'],
    ['AUTH_URL', 'none'],
    ['', 'none'],
  ])('%s → %s', (name, hint) => expect(nameHint(name)).toBe(hint));
});

describe('maskText', () => {
  it('masks every typed secret in free text, keeping four characters at most', () => {
    for (const secret of Object.values(TYPED)) {
      const masked = maskText(`failed with ${secret}: try again`);
      expect(masked).not.toContain(secret.slice(0, -4));
      expect(masked).toMatch(/^failed with ••••.{0,4}: try again$/);
    }
  });

  it('masks what is assigned to a telling name', () => {
    expect(maskText('--api-key abcdef123 {"password": "hunter2!"} token=zzzzzz9')).toBe(
      '--api-key •••• {"password": "••••"} token=••••',
    );
  });

  it('leaves references alone', () => {
    const text = '"TOKEN": "{env:TOKEN}", "password": "${env:PASSWORD}", token=$TOKEN1 ?token=${TOKEN}';
    expect(maskText(text)).toBe(text);
  });

  it('answers for any text, and masking twice changes nothing more', () => {
    const parts = fc.constantFrom(
      'token=',
      'ey' + 'J',
      '.',
      '://',
      'a:',
      '@',
      '"',
      'password: ',
      ' ',
      '-----BEGIN PRIVATE KEY-----',
      '${',
      '}',
      '••••',
      'sk-',
      'x'.repeat(40),
      '1',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string({ unit: 'binary' }))), (list) => {
        const once = maskText(list.join(''));
        expect(maskText(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    'a:',
    'eyJ',
    'eyJ.',
    '://',
    'a://b:',
    'sk-',
    'password=',
    '-----BEGIN PRIVATE KEY-----',
    '${',
    '{env:',
    'token ',
    '?key=',
    'A',
  ])('takes linear time for a megabyte of %j', (part) => {
    const text = part.repeat(Math.ceil(1_000_000 / part.length));
    const startedAt = performance.now();
    maskText(text);
    classifyValue('API_KEY', text);
    // A quadratic pattern takes minutes here; the bound is loose so that a busy machine does not fail.
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

describe('replaceReferences', () => {
  it('names the variable and the default', () => {
    const seen: unknown[] = [];
    const text = replaceReferences('a ${X} ${env:Y} {env:Z} ${W:-d} ${input:i}', ({ variable, fallback }) => {
      seen.push([variable, fallback]);
      return '_';
    });
    expect(text).toBe('a _ _ _ _ _');
    expect(seen).toEqual([
      ['X', null],
      ['Y', null],
      ['Z', null],
      ['W', 'd'],
      [null, null],
    ]);
  });
});
