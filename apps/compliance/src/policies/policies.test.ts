import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '@mcp-coordinator/contract/findings.contract';
import { describe, expect, it } from 'vitest';
import { RULE_IDS } from '../rules/rule-ids.ts';
import { NOW } from '../testing/subjects.ts';
import { applyPolicy } from './apply-policy.ts';
import type { Policy } from './policy.ts';
import { readPolicy } from './read-policy.ts';

const SUBJECT = { server: 'acme-fs', client: 'cursor', installer: 'laptop-1' };
const finding = (rule: string, severity: Finding['severity'] = 'medium'): Finding => ({
  id: `f-${rule}`,
  rule,
  issue: 'x',
  severity,
  title: 't',
  evidence: 'e',
  location: {},
  fix: { text: '', actionable: false },
  references: [],
});

async function shipped(name: string): Promise<Policy> {
  const read = await readPolicy(name);
  if (!read.ok) throw new Error(read.refusal);
  return read.value;
}

async function written(text: string) {
  const file = join(await mkdtemp(join(tmpdir(), 'policy-')), 'own.yaml');
  await writeFile(file, text);
  return readPolicy(file);
}
const OWN = 'version: 1\nname: own\ntitle: Own\n';

describe('the policies that ship', () => {
  it('are valid, and the stricter ones are never milder', async () => {
    const [base, strict, regulated] = await Promise.all(['default', 'strict', 'regulated'].map(shipped));
    const order = ['critical', 'high', 'medium', 'low', 'info'];
    for (const [rule, { severity }] of Object.entries(strict?.rules ?? {})) {
      const stricter = regulated?.rules[rule]?.severity;
      expect(order.indexOf(stricter ?? 'info'), rule).toBeLessThanOrEqual(order.indexOf(severity ?? 'info'));
    }
    expect(base?.failOn).toBe('high');
    expect(strict?.failOn).toBe('medium');
  });
  it('map every rule of the catalogue', async () => {
    const { mappings } = await shipped('regulated');
    expect(Object.keys(mappings).sort()).toEqual([...RULE_IDS].sort());
    for (const { owasp, nist, cis } of Object.values(mappings))
      expect([owasp.length, nist.length, cis.length].every((count) => count > 0)).toBe(true);
  });
});

describe('readPolicy', () => {
  it.each([
    ['an unknown rule', `${OWN}rules: { CFG-99: { severity: low } }`],
    ['an unknown severity', `${OWN}rules: { CFG-03: { severity: awful } }`],
    ['an unknown member', `${OWN}strictness: 9`],
    ['a waiver without end', `${OWN}waivers: [{ rule: CFG-03, servers: ['*'], reason: r, by: b }]`],
    ['another version', 'version: 2\nname: own\ntitle: Own\n'],
    ['what is no YAML', 'version: [1'],
    [
      'aliases that unfold without bound',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[at]}`).join(',')}]`)
        .join('\n')}`,
    ],
  ])('refuses %s', async (_, text) => expect((await written(text)).ok).toBe(false));
  it('names what is missing', async () => {
    const read = await readPolicy('no-such-policy');
    expect(read.ok ? '' : read.refusal).toContain('no-such-policy');
  });
  it('folds a policy onto the one that it extends', async () => {
    const read = await written(`${OWN}extends: strict\nrules: { CFG-03: { severity: low } }`);
    expect(read.ok && read.value.rules['CFG-03']?.severity).toBe('low');
    expect(read.ok && read.value.rules['SUP-03']?.severity).toBe('high');
  });
});

describe('applyPolicy', () => {
  it('reweighs, switches off, and leaves weak signs weak', async () => {
    const policy = {
      ...(await shipped('default')),
      rules: { 'CFG-03': { severity: 'high' as const }, 'CFG-09': { enabled: false } },
    };
    const judged = applyPolicy(policy, SUBJECT, [finding('CFG-03'), finding('CFG-09'), finding('CFG-03', 'low')], NOW);
    expect(judged.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['CFG-03', 'high'],
      ['CFG-03', 'low'],
    ]);
  });
  it.each([
    [{ servers: ['acme-*'] }, true],
    [{ servers: ['*fs'], clients: ['cursor'] }, true],
    [{ servers: ['a*e-*s'] }, true],
    [{ servers: ['acme'] }, false],
    [{ clients: ['vscode'] }, false],
    [{ servers: ['*'], installers: ['server-*'] }, false],
    [{ servers: ['acme-fs*fs'] }, false],
  ])('scopes by %o', async (match, applies) => {
    const policy = {
      ...(await shipped('default')),
      scopes: [{ match, rules: { 'CFG-03': { severity: 'critical' as const } } }],
    };
    const [judged] = applyPolicy(policy, SUBJECT, [finding('CFG-03')], NOW);
    expect(judged?.severity).toBe(applies ? 'critical' : 'medium');
  });
  it('waives until the waiver ends', async () => {
    const waiver = {
      rule: 'CFG-03',
      servers: ['acme-*'],
      reason: 'vendored',
      by: 'ada',
      until: '2027-01-01T00:00:00Z',
    };
    const policy = { ...(await shipped('default')), waivers: [waiver] };
    const [before] = applyPolicy(policy, SUBJECT, [finding('CFG-03')], NOW);
    const [after] = applyPolicy(policy, SUBJECT, [finding('CFG-03')], new Date('2027-01-02T00:00:00Z'));
    expect(before?.waived).toEqual({ reason: 'vendored (ada)', until: waiver.until });
    expect(after?.waived).toBeUndefined();
  });
});
