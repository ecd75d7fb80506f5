import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEncryptionKeys } from './encryption-keys.ts';
import { openValue, type Place, rewrapValue, SealedValueError, sealValue } from './envelope.ts';

const [OLD, NEW] = ['the old encryption key, long enough', 'the new encryption key, long enough'];
const PLACE: Place = { table: 'totp_factors', column: 'sealed_secret', id: '7' };
const keys = createEncryptionKeys([OLD]);
const sealed = sealValue(keys, 'the secret', PLACE);

describe('a sealed value', () => {
  it('opens where it was sealed, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (text, id, part) => {
        const place = { ...PLACE, id, part };
        expect(openValue(keys, sealValue(keys, text, place), place)).toBe(text);
      }),
    );
  });

  it('shows neither the value nor that two are equal', () => {
    expect(sealed).not.toContain('secret');
    const [one, other] = [sealed, sealValue(keys, 'the secret', PLACE)].map((text) => text.split('.'));
    expect(one?.slice(2)).not.toEqual(other?.slice(2));
    expect(one?.[2]).not.toBe(other?.[2]);
  });

  it.each([
    ['another row', { ...PLACE, id: '8' }],
    ['another column', { ...PLACE, column: 'other' }],
    ['another table', { ...PLACE, table: 'users' }],
    ['another part of the column', { ...PLACE, part: 'a' }],
    ['a row whose name begins alike', { ...PLACE, id: '7"' }],
  ])('does not open in %s', (_what, place) => {
    expect(() => openValue(keys, sealed, place)).toThrow(/altered, was moved here from another row or column/);
    expect(() => rewrapValue(keys, sealed, place)).toThrow(SealedValueError);
  });

  it('does not open with any one bit of it turned', () => {
    const [form, keyId, ...parts] = sealed.split('.') as [string, string, string, string];
    for (const [which, part] of parts.entries()) {
      const bytes = Buffer.from(part, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const turned = Buffer.from(bytes);
        turned[bit >> 3]! ^= 1 << (bit & 7);
        const changed = parts.with(which, turned.toString('base64url'));
        expect(() => openValue(keys, [form, keyId, ...changed].join('.'), PLACE)).toThrow(SealedValueError);
      }
    }
  });

  it('does not open with the data key of another value', () => {
    const other = sealValue(keys, 'other', { ...PLACE, id: '8' }).split('.');
    const [form, keyId, , body] = sealed.split('.');
    expect(() => openValue(keys, [form, keyId, other[2], body].join('.'), PLACE)).toThrow(SealedValueError);
  });

  it.each(['', 'e1', 'e2.abc', 'v1.', 'v1.AAAA', sealed.slice(0, -1), `${sealed}A`, `${sealed}\n`])(
    'is not %j',
    (text) => {
      expect(() => openValue(keys, text, PLACE)).toThrow(SealedValueError);
    },
  );
});

describe('with several encryption keys', () => {
  it('what is under an earlier one opens, and is wrapped anew without its value being sealed anew', () => {
    const both = createEncryptionKeys([NEW, OLD]);
    expect(openValue(both, sealed, PLACE)).toBe('the secret');
    const rewrapped = rewrapValue(both, sealed, PLACE);
    expect(rewrapped.split('.')[3]).toBe(sealed.split('.')[3]);
    expect(openValue(createEncryptionKeys([NEW]), rewrapped, PLACE)).toBe('the secret');
    expect(() => openValue(keys, rewrapped, PLACE)).toThrow(/neither ENCRYPTION_KEY nor among ENCRYPTION_KEY_PREVIOUS/);
  });

  it('a value does not pass for one under another key', () => {
    const both = createEncryptionKeys([NEW, OLD]);
    const [form, , ...rest] = sealed.split('.');
    expect(() => openValue(both, [form, both.current().id, ...rest].join('.'), PLACE)).toThrow(SealedValueError);
  });
});

describe('values from before there were data keys', () => {
  const old = (text: string, row: string): string => {
    const key = Buffer.from(hkdfSync('sha256', OLD, 'mcp-coordinator', 'seal v1', 32));
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(row));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
  };

  it('open in their row alone, and get a data key', () => {
    const value = old('kept', 'totp_factors/7');
    expect(openValue(createEncryptionKeys([NEW, OLD]), value, PLACE)).toBe('kept');
    expect(rewrapValue(keys, value, PLACE)).toMatch(/^e1\./);
    expect(openValue(keys, rewrapValue(keys, value, PLACE), PLACE)).toBe('kept');
    expect(() => openValue(keys, value, { ...PLACE, id: '8' })).toThrow(SealedValueError);
    const part = { table: 'remediations', column: 'sealed', id: 'prop_1', part: 'a1/env/KEY' };
    expect(openValue(keys, old('kept', 'remediations/prop_1/a1/env/KEY'), part)).toBe('kept');
  });
});
