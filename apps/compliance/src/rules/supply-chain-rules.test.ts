import { describe, expect, it } from 'vitest';
import { judged, server, severitiesOf } from '../testing/subjects.ts';

const npx = (name: string) => server({ args: ['-y', name] });

describe('SUP-02 lookalike_package', () => {
  it.each([
    '@modelcontextprotocol/server-filesytem@1.0.0',
    '@modelcontextprotocoI/server-filesystem@1.0.0',
    '@rnodelcontextprotocol/server-memory@1.0.0',
    '@evil/server-sequential-thinking@1.0.0',
    '@playwrigth/mcp@1.0.0',
    'mcp-rernote@1.0.0',
    'tavi1y-mcp@1.0.0',
  ])('finds %s', async (name) => expect(await severitiesOf('SUP-02', npx(name))).toEqual(['high']));
  it.each([
    '@modelcontextprotocol/server-filesystem@1.0.0',
    '@modelcontextprotocol/server-gitlab@1.0.0',
    '@acme/mcp@1.0.0',
    '@acme/mcp-server@1.0.0',
    'acme-weather-mcp@1.0.0',
  ])('lets %s pass', async (name) => expect(await severitiesOf('SUP-02', npx(name))).toEqual([]));
  it('takes one spelling of a Python package for another (PEP 503)', async () => {
    expect(await severitiesOf('SUP-02', server({ command: 'uvx', args: ['mcp_server_fetch==1.0.0'] }))).toEqual([]);
    expect(await severitiesOf('SUP-02', server({ command: 'uvx', args: ['mcp-server-fecth==1.0.0'] }))).toEqual([
      'high',
    ]);
  });
});

describe('SUP-03 archived_package', () => {
  it('finds an archived server', async () =>
    expect(await severitiesOf('SUP-03', npx('@modelcontextprotocol/server-postgres@0.6.2'))).toEqual(['medium']));
  it('does not know about others without a registry', async () => {
    const { findings, unknowns } = await judged(npx('acme-weather-mcp@1.0.0'));
    expect(findings.filter(({ rule }) => rule === 'SUP-03')).toEqual([]);
    expect(unknowns.find(({ rule }) => rule === 'SUP-03')?.reason).toContain('acme-weather-mcp');
  });
});

describe('RUN-01 does_not_start', () => {
  it('finds a failed start and nothing in one that was not tried', async () => {
    const failed = { status: 'failed' as const, capturedAt: '2026-11-24T12:00:00.000Z', reason: 'exited with code 1' };
    expect(await severitiesOf('RUN-01', server({}, { definitions: failed }))).toEqual(['medium']);
    const { findings, unknowns } = await judged(server({}));
    expect(findings.filter(({ rule }) => rule === 'RUN-01')).toEqual([]);
    expect(unknowns.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['RUN-01', 'TDF-*']));
  });
});
