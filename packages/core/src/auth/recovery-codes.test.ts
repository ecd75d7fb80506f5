import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatRecoveryCode, normaliseRecoveryCode, RECOVERY_CODE_BYTES } from './recovery-codes.ts';

const bytes = fc.uint8Array({ minLength: RECOVERY_CODE_BYTES, maxLength: RECOVERY_CODE_BYTES });

it('is six groups of four, and no two are the same', () => {
  expect(formatRecoveryCode(new Uint8Array(15))).toBe('0000-0000-0000-0000-0000-0000');
  expect(formatRecoveryCode(new Uint8Array(15).fill(255))).toBe('ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ');
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const same = Buffer.compare(one, other) === 0;
      expect(formatRecoveryCode(one) === formatRecoveryCode(other)).toBe(same);
    }),
  );
});

it('is read however it is typed', () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const code = formatRecoveryCode(given);
      const plain = code.replaceAll('-', '');
      for (const typed of [code, plain, ` ${code.toLowerCase()} `, plain.replaceAll(/(.)/g, '$1 ')]) {
        expect(normaliseRecoveryCode(typed)).toBe(plain);
      }
      expect(normaliseRecoveryCode(code.replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(plain);
    }),
  );
});

it.each(['', '123456', 'U'.repeat(24), '0'.repeat(23), '0'.repeat(25), `${'0'.repeat(23)}!`])('%j is none', (text) => {
  expect(normaliseRecoveryCode(text)).toBeUndefined();
});
