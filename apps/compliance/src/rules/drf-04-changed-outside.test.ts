import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { describe, expect, it } from 'vitest';
import { proposeActions } from '../remediation/propose-actions.ts';
import { assessed, judged, server, severitiesOf } from '../testing/subjects.ts';

const now = server({ command: 'npx', args: ['-y', 'evil@1.0.0'] });
const before = {
  transport: 'stdio' as const,
  command: 'npx',
  args: ['-y', 'sample@1.0.0'],
  enabled: true,
} satisfies Launch;
const seenAt = '2026-11-24T11:00:00.000Z';

/** What would be proposed for the finding of this change. */
async function proposed(drift: NonNullable<ReturnType<typeof assessed>['drift']>) {
  const { findings } = await judged(now, { drift });
  const own = findings.filter(({ rule }) => rule === 'DRF-04');
  const result = { status: 'non_compliant', issues: ['changed_outside'], findings: own } as never;
  return proposeActions({ servers: { s: result } } as never, [{ ...assessed(now, 's'), drift }], ['changed_outside']);
}

describe('DRF-04 changed_outside', () => {
  it('finds what nobody approved, and nothing where all was', async () => {
    expect(await severitiesOf('DRF-04', now)).toEqual([]);
    expect(await severitiesOf('DRF-04', now, { drift: { change: 'added', seenAt } })).toEqual(['high']);
    const { findings } = await judged(now, { drift: { change: 'changed', seenAt, before } });
    expect(findings.find(({ rule }) => rule === 'DRF-04')?.evidence).toBe(`changed: args; seen at ${seenAt}`);
  });

  it('is mended by putting back what stood there', async () => {
    expect(await proposed({ change: 'changed', seenAt, before })).toMatchObject({
      actions: [{ type: 'update_server', serverName: 'sample', args: ['-y', 'sample@1.0.0'] }],
      unresolved: [],
    });
    expect(await proposed({ change: 'added', seenAt })).toMatchObject({ actions: [{ type: 'remove_server' }] });
  });

  it('is left to a person where what stood there never left the machine', async () => {
    const secret = { ...before, env: { KEY: '••••1234' } };
    const { actions, unresolved } = await proposed({ change: 'changed', seenAt, before: secret });
    expect([actions, unresolved]).toEqual([[], [expect.objectContaining({ issue: 'changed_outside' })]]);
  });
});
