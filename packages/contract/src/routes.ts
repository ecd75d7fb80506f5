import { alertChannelRoutes } from './alert-channels.contract.ts';
import { approvalRoutes } from './approvals.contract.ts';
import { assessmentRoutes } from './assessments.contract.ts';
import { auditRoutes } from './audit.contract.ts';
import { auditRetentionRoutes } from './audit-retention.contract.ts';
import { authRoutes } from './auth.contract.ts';
import { executionRoutes } from './executions.contract.ts';
import { monitoringRoutes } from './monitoring.contract.ts';
import { policyRoutes } from './policies.contract.ts';
import { remediationRoutes } from './remediations.contract.ts';
import { secondFactorRoutes } from './second-factors.contract.ts';
import { serverRoutes } from './servers.contract.ts';
import { sessionRoutes } from './sessions.contract.ts';
import { silenceRoutes } from './silences.contract.ts';

/** The whole HTTP API below `/api/v1`; one name, one endpoint. */
export const routes = {
  ...authRoutes,
  ...sessionRoutes,
  ...secondFactorRoutes,
  ...serverRoutes,
  ...assessmentRoutes,
  ...remediationRoutes,
  ...approvalRoutes,
  ...policyRoutes,
  ...executionRoutes,
  ...auditRoutes,
  ...auditRetentionRoutes,
  ...monitoringRoutes,
  ...silenceRoutes,
  ...alertChannelRoutes,
};
export type Routes = typeof routes;
export type RouteName = keyof Routes;
