import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../digests/canonical-json.ts';
import { hashDetails, leafText } from './audit-leaf.ts';
import { maskDetails, maskRecordText } from './mask-details.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const HEADER = {
  id: 'audit_1',
  timestamp: '2026-01-01T00:00:00.000Z',
  actor: 'alice',
  action: 'approval_granted',
  target: 'prop_1',
  result: 'success',
  requestId: null,
  detailsHash: '00',
};

describe('a leaf', () => {
  it('is one fixed text', () => {
    expect(leafText(HEADER)).toBe(
      '{"action":"approval_granted","actor":"alice","detailsHash":"00","id":"audit_1","requestId":null,"result":"success","target":"prop_1","timestamp":"2026-01-01T00:00:00.000Z","v":1}',
    );
  });

  it('is the RFC 8785 form of its header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.option(fc.string()), (actor, requestId) => {
        const header = { ...HEADER, actor, requestId };
        expect(leafText(header)).toBe(canonicalJson({ ...header, v: 1 }));
      }),
    );
  });

  it.each(Object.keys(HEADER))('changes with %s', (field) => {
    expect(leafText({ ...HEADER, [field]: 'another' })).not.toBe(leafText(HEADER));
  });

  it('hashes details under their salt, in whatever order their members come', () => {
    expect(hashDetails('salt_a', { a: 1, b: [2] }, sha256)).toBe(sha256('salt_a{"a":1,"b":[2]}'));
    expect(hashDetails('s', { b: 1, a: 2 }, sha256)).toBe(hashDetails('s', { a: 2, b: 1 }, sha256));
    expect(hashDetails('s', {}, sha256)).not.toBe(hashDetails('t', {}, sha256));
  });
});

describe('details', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;

  it('keep what is no secret, as JSON', () => {
    const details = {
      reason: 'routine',
      count: 3,
      at: new Date(0),
      none: null,
      list: ['a', { b: true }],
      left: undefined,
    };
    expect(maskDetails(details)).toEqual({
      reason: 'routine',
      count: 3,
      at: '1970-01-01T00:00:00.000Z',
      none: null,
      list: ['a', { b: true }],
    });
  });

  it('lose secrets wherever they stand', () => {
    const masked = JSON.stringify(
      maskDetails({
        reason: `because ${token}`,
        env: { DB_PASSWORD: 'hunter2', url: 'postgres://u:pa55word@db/x' },
        credentials: { first: 'first-one', list: [{ deep: 'deep-one' }, 'listed'], pin: 123456 },
        args: ['--api-key', `--token=${token}`],
      }),
    );
    for (const secret of [token, 'hunter2', 'pa55word', 'first-one', 'deep-one', 'listed', '123456']) {
      expect(masked).not.toContain(secret);
    }
    expect(maskRecordText(`server ${token}`)).not.toContain(token);
  });

  it('can be stored and hashed whatever they hold', () => {
    expect(maskDetails({ 'a\u0000': 'b\u0000\ud800' })).toEqual({ 'a\ufffd': 'b\ufffd\ufffd' });
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (details) => {
        const masked = maskDetails(details);
        expect(JSON.stringify(masked)).not.toContain('\\u0000');
        expect(hashDetails('s', masked, sha256)).toHaveLength(64);
      }),
    );
  });
});
