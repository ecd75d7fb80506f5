import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { describe, expect, it } from 'vitest';
import { assessServers } from '../assessment/assess-servers.ts';
import { EMPTY_STATE } from '../execution/compliance-state.ts';
import { pinnedLaunch } from '../execution/pinned-launch.ts';
import { identityOf } from '../execution/server-identity.ts';
import { readAudit, readView } from '../knowledge/npm-facts.ts';
import type { PackageFacts, Unknown } from '../knowledge/package-facts.ts';
import { readPolicy } from '../policies/read-policy.ts';
import type { ProbeReport, RemoteReport } from '../probe/probe-report.ts';
import { assessed, captured, NOW, server } from '../testing/subjects.ts';

const SUBJECT = server({ args: ['-y', 'sample-mcp@1.2.3'] });
const FACTS: PackageFacts = {
  deprecated: null,
  integrity: 'sha512-aaaa',
  hasInstallScripts: false,
  publishedAt: '2026-01-01T00:00:00.000Z',
  maintainers: ['ada'],
  advisories: [],
};
interface Around {
  readonly facts?: PackageFacts | Unknown;
  readonly context?: AssessedServer['context'];
  readonly probe?: ProbeReport;
  readonly inventory?: readonly string[];
  readonly subject?: typeof SUBJECT;
  readonly state?: typeof EMPTY_STATE;
}

/** Severities that the rule gave and the reasons why it did not know. */
async function judge(
  rule: string,
  { facts, context, probe, inventory, subject = SUBJECT, state = EMPTY_STATE }: Around,
) {
  const policy = await readPolicy('default');
  if (!policy.ok) throw new Error(policy.refusal);
  const results = await assessServers({
    servers: [{ ...assessed(subject, 'it'), ...(context === undefined ? {} : { context }) }],
    protectedPaths: [],
    includeDetails: true,
    state,
    now: NOW,
    policy: { ...policy.value, inventory },
    knowledge: facts === undefined ? undefined : new Map([['npm:sample-mcp@1.2.3', facts]]),
    probes: probe === undefined ? undefined : new Map([['it', probe]]),
  });
  const { findings = [], unknowns = [] } = results.servers['it'] ?? {};
  return {
    found: findings.filter((one) => one.rule === rule).map(({ severity }) => severity),
    evidence: findings.filter((one) => one.rule === rule).map(({ evidence }) => evidence),
    unknown: unknowns.filter((one) => one.rule === rule).map(({ reason }) => reason),
  };
}

describe('what registries say', () => {
  const advisory = { id: 'GHSA-1', severity: 'critical' as const, title: 'reads any file', fixedIn: '1.2.4' };
  it.each<[string, PackageFacts | Unknown | undefined, string[], number]>([
    ['SUP-01', { ...FACTS, advisories: [advisory] }, ['critical'], 0],
    ['SUP-01', FACTS, [], 0],
    ['SUP-01', { ...FACTS, advisories: { unknown: 'does not serve them' } }, [], 1],
    ['SUP-01', { unknown: 'away' }, [], 1],
    ['SUP-01', undefined, [], 1],
    ['SUP-03', { ...FACTS, deprecated: 'use other-mcp' }, ['medium'], 0],
    ['SUP-03', FACTS, [], 0],
    ['SUP-05', { ...FACTS, hasInstallScripts: true }, ['medium'], 0],
    ['SUP-05', { ...FACTS, publishedAt: '2026-11-23T12:00:00.000Z' }, ['medium'], 0],
    ['SUP-05', FACTS, [], 0],
    ['SUP-05', undefined, [], 1],
  ])('%s of %o', async (rule, facts, severities, unknowns) => {
    const { found, unknown } = await judge(rule, facts === undefined ? {} : { facts });
    expect(found).toEqual(severities);
    expect(unknown).toHaveLength(unknowns);
  });
  it('are held against who maintained the package when it was approved', async () => {
    const artifact = { recorded: 'sha512-aaaa', maintainers: ['ada'] };
    expect((await judge('SUP-05', { facts: FACTS, context: { artifact } })).found).toEqual([]);
    const { evidence } = await judge('SUP-05', {
      facts: { ...FACTS, maintainers: ['ada', 'eve'] },
      context: { artifact },
    });
    expect(evidence[0]).toContain('eve');
  });
  it('SUP-04 finds bytes that are not the recorded ones, and compares only what can be compared', async () => {
    const recorded = (text: string, found?: string) => ({
      facts: FACTS,
      context: { artifact: { recorded: text, ...(found === undefined ? {} : { found }) } },
    });
    expect((await judge('SUP-04', recorded('sha512-bbbb'))).found).toEqual(['critical']);
    expect((await judge('SUP-04', recorded('sha512-aaaa', 'sha512-cccc'))).found).toEqual(['critical']);
    expect((await judge('SUP-04', recorded('sha512-aaaa sha1-x'))).found).toEqual([]);
    expect((await judge('SUP-04', recorded('sha1-other'))).found).toEqual([]);
  });
  it('are read as npm prints them', () => {
    const view = { version: '1.2.3', 'dist.integrity': 'sha512-q', time: { '1.2.3': '2026-01-01T00:00:00Z' } };
    expect(
      readView([{ version: '1.0.0' }, { ...view, scripts: { postinstall: 'x' }, maintainers: ['eve <e@x>'] }]),
    ).toEqual({
      ...{ deprecated: null, integrity: 'sha512-q', hasInstallScripts: true },
      ...{ publishedAt: '2026-01-01T00:00:00Z', maintainers: ['eve'] },
    });
    expect(readView({ error: { code: 'E404' } })).toBeUndefined();
    const via = [{ title: 'T', url: 'https://h/GHSA-2', severity: 'moderate' }, 'another-package'];
    const audit = { vulnerabilities: { p: { via, fixAvailable: { version: '2.0.0' } } } };
    expect(readAudit(audit, 'p')).toEqual([{ id: 'GHSA-2', title: 'T', severity: 'medium', fixedIn: '2.0.0' }]);
    expect(readAudit({ message: 'not implemented' }, 'p')).toHaveProperty('unknown');
  });
});

describe('what the organisation knows', () => {
  it('SUP-06 looks servers up where there is an inventory', async () => {
    expect((await judge('SUP-06', {})).found).toEqual([]);
    expect((await judge('SUP-06', { inventory: ['npm:other-*'] })).found).toEqual(['high']);
    expect((await judge('SUP-06', { inventory: ['npm:sample-mcp@1.*'] })).found).toEqual([]);
  });
  it('DRF-02 shows which part of the launch changed since the pin', async () => {
    const launch = pinnedLaunch(server({ args: ['-y', 'sample-mcp@1.2.2'], env: { A: 'b' } }));
    const pin = {
      server: identityOf(assessed(SUBJECT, 'it')),
      digest: '',
      executionId: 'e',
      pinnedAt: NOW.toISOString(),
    };
    const definitions = { tools: [], prompts: [], resources: [] };
    const state = { ...EMPTY_STATE, pins: [{ ...pin, definitions, launch }] };
    const { evidence } = await judge('DRF-02', { state });
    expect(evidence.join('\n')).toContain('sample-mcp@1.2.2');
    expect(evidence.join('\n')).toContain('variables was ["A"], is []');
    const same = { ...EMPTY_STATE, pins: [{ ...pin, definitions, launch: pinnedLaunch(SUBJECT) }] };
    expect((await judge('DRF-02', { state: same })).found).toEqual([]);
    expect((await judge('DRF-02', { state: { ...EMPTY_STATE, pins: [{ ...pin, definitions }] } })).found).toEqual([]);
  });
  it.each([
    [undefined, 0],
    [null, 1],
    [{ approvedAt: '2026-10-01T00:00:00.000Z', approvedBy: ['bob'], requestedBy: 'ada' }, 0],
    [{ approvedAt: '2026-10-01T00:00:00.000Z', approvedBy: ['ada'], requestedBy: 'ada' }, 1],
    [{ approvedAt: '2025-10-01T00:00:00.000Z', approvedBy: ['bob'], requestedBy: 'ada' }, 1],
  ])('GOV-01 of the approval %o', async (approval, count) => {
    expect((await judge('GOV-01', { context: approval === undefined ? {} : { approval } })).found).toHaveLength(count);
  });
});

describe('what a probe showed', () => {
  const probed = (more: Partial<Extract<ProbeReport, { status: 'probed' }>>): ProbeReport => ({
    ...{ status: 'probed', definitions: captured([]), differences: [], attempts: [], integrity: null, remote: null },
    ...more,
  });
  const change = { tool: 'a', field: 'description', change: 'changed' as const, before: 'x', now: 'y' };
  it('DRF-03 and RUN-05 find what it did, nothing where it did nothing, and do not know without a probe', async () => {
    const bad = probed({
      differences: [{ when: 'again', change }],
      attempts: [{ what: 'reads', object: '~/.ssh/id_rsa' }],
    });
    for (const rule of ['DRF-03', 'RUN-05']) {
      expect((await judge(rule, { probe: bad })).found, rule).toEqual(['high']);
      expect(await judge(rule, { probe: probed({}) }), rule).toMatchObject({ found: [], unknown: [] });
      expect((await judge(rule, {})).unknown, rule).toHaveLength(1);
      expect(
        (await judge(rule, { probe: { status: 'unknown', reason: 'no sandbox', integrity: null } })).unknown[0],
      ).toContain('no sandbox');
    }
    expect((await judge('RUN-05', { probe: probed({ attempts: { unknown: 'no strace' } }) })).unknown).toHaveLength(1);
  });
  const REMOTE: RemoteReport = { toolsWithoutAuthentication: null, oauthFaults: [], acceptedForeign: [] };
  it.each<[string, Partial<RemoteReport>, string]>([
    ['RUN-02', { toolsWithoutAuthentication: 3 }, 'high'],
    ['RUN-03', { oauthFaults: ['names another issuer'] }, 'critical'],
    ['RUN-04', { acceptedForeign: ['Origin'] }, 'high'],
  ])('%s judges a remote server', async (rule, remote, severity) => {
    const subject = server({ url: 'https://mcp.example.com/mcp' });
    expect((await judge(rule, { subject, probe: probed({ remote: { ...REMOTE, ...remote } }) })).found).toEqual([
      severity,
    ]);
    expect((await judge(rule, { subject, probe: probed({ remote: REMOTE }) })).found).toEqual([]);
    expect((await judge(rule, { subject })).unknown).toHaveLength(1);
    expect(await judge(rule, {})).toMatchObject({ found: [], unknown: [] });
  });
});
