import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditDeps } from '../modules/audit/audit.module.ts';

/** An audit log that tells nobody, archives nothing and has no witness, for tests that are about something else. */
export const QUIET_AUDIT: Pick<AuditDeps, 'formerKeys' | 'instance' | 'alerts' | 'retention' | 'witnesses'> = {
  formerKeys: [],
  instance: 'instance_of_tests',
  alerts: {
    raise: () => Promise.resolve(undefined),
    settle: () => Promise.resolve(),
    tell: () => Promise.resolve(),
  },
  retention: { days: 36_500, archiveDir: join(tmpdir(), 'audit-archives-of-tests') },
  witnesses: {},
};
