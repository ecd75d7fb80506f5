import { describe, expect, it } from 'vitest';
import { baseline, NOT_FOR_US, passedAll, scenariosIn } from './scenarios.ts';

const SUMMARY = `=== SUMMARY ===
✓ server-initialize: 1 passed, 0 failed
✗ tools-call-image: 0 passed, 1 failed
✓ dns-rebinding-protection: 2 passed, 0 failed
`;

describe('what the suite says', () => {
  it('is read from its summary', () => {
    expect(scenariosIn(SUMMARY)).toEqual([
      { name: 'server-initialize', passed: 1, failed: 0 },
      { name: 'tools-call-image', passed: 0, failed: 1 },
      { name: 'dns-rebinding-protection', passed: 2, failed: 0 },
    ]);
  });

  it('counts where it is a demand on this server, and is no pass where nothing was said', () => {
    expect(passedAll(scenariosIn(SUMMARY))).toBe(true);
    expect(passedAll(scenariosIn(SUMMARY.replace('2 passed, 0 failed', '1 passed, 1 failed')))).toBe(false);
    expect(passedAll(scenariosIn('✗ a-new-one: 0 passed, 1 failed'))).toBe(false);
    expect(passedAll([])).toBe(false);
  });

  it('is expected to fail only for what is named, each with its reason', () => {
    expect(baseline().split('\n').filter(Boolean)).toHaveLength(1 + Object.keys(NOT_FOR_US).length);
    expect(Object.values(NOT_FOR_US).every((why) => why.length > 10)).toBe(true);
  });
});
