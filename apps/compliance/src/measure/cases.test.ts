import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NOW } from '../testing/subjects.ts';
import { measureDetection } from './measure-detection.ts';

const folder = (name: string): string => fileURLToPath(new URL(`../../cases/${name}`, import.meta.url));

async function figures(name: string) {
  const cases = await measureDetection(folder(name), NOW);
  const [hostile, honest] = [cases.filter((one) => one.hostile), cases.filter((one) => !one.hostile)];
  const share = (some: typeof cases) => some.filter(({ caught }) => caught).length / some.length;
  return { recall: share(hostile), falseAlarms: share(honest) };
}

describe('the labelled cases', () => {
  it('are told apart where the rules were made with them', async () => {
    const { recall, falseAlarms } = await figures('develop');
    expect(recall).toBeGreaterThan(0.93);
    expect(falseAlarms).toBeLessThan(0.02);
  });
});

describe('real servers as they were recorded', () => {
  it('are told nothing that a careful reviewer would reject', async () => {
    const cases = await measureDetection(folder('recorded'), NOW);
    const told = cases.flatMap(({ name, findings }) =>
      findings
        .filter(({ rule, severity }) => /^(?:TDF|XSV)/.test(rule) && severity !== 'low' && severity !== 'info')
        .map(({ rule, evidence }) => `${name} ${rule}: ${evidence.slice(0, 200)}`),
    );
    expect(told).toEqual([]);
    expect(cases).toHaveLength(26);
  });
});
