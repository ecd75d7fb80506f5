import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeStep, normaliseOtp, timeStepAt } from './totp.ts';

describe('a code as it is typed', () => {
  it.each(['123456', ' 123456 ', '123 456', '123-456', '１２３４５６', '123\u00a0456', '12 34 56\n'])(
    '%j is 123456',
    (text) => {
      expect(normaliseOtp(text)).toBe('123456');
    },
  );

  it.each(['', '12345', '1234567', '12345a', '١٢٣٤٥٦', '1.2e+5', '-', '123456\u0000'])('%j is none', (text) => {
    expect(normaliseOtp(text)).toBeUndefined();
  });

  it('has one form only, whatever stands between the digits', () => {
    const gap = fc.constantFrom('', ' ', '  ', '\t', '-', '\u00a0', '\u2009', '\u3000');
    fc.assert(
      fc.property(fc.array(gap, { minLength: 7, maxLength: 7 }), (gaps) => {
        const text =
          '048213'
            .split('')
            .map((digit, at) => `${gaps[at]}${digit}`)
            .join('') + gaps[6];
        expect(normaliseOtp(text)).toBe('048213');
      }),
    );
  });
});

describe('a time step', () => {
  const now = new Date(1_000 * 30_000 + 29_999);
  it('lasts thirty seconds', () => {
    expect([timeStepAt(now), timeStepAt(new Date(now.getTime() + 1))]).toEqual([1000, 1001]);
  });

  it.each([
    [1000, 0, 'good'],
    [999, 0, 'good'],
    [1000, 999, 'good'],
    [998, 0, 'late'],
    [1001, 0, 'early'],
    [1000, 1000, 'used'],
    [999, 999, 'used'],
    // Whoever used the present one has left the one before behind.
    [999, 1000, 'used'],
  ] as const)('%i after %i is %s', (step, last, verdict) => {
    expect(judgeStep(step, last, now)).toBe(verdict);
  });

  it('counts at most once, in whatever order steps are presented', () => {
    const order = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })));
    fc.assert(
      fc.property(order, (tries) => {
        const accepted: number[] = [];
        let last = 0;
        let present = 100;
        for (const [ahead, back] of tries) {
          present += ahead;
          const step = present - back;
          if (judgeStep(step, last, new Date(present * 30_000)) !== 'good') continue;
          accepted.push(step);
          last = step;
        }
        expect(new Set(accepted).size).toBe(accepted.length);
      }),
    );
  });
});
