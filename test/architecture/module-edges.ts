/**
 * Which of the coordinator's modules knows which others, each through the other's `<feature>.module.ts` alone.
 *
 * A new edge is a decision: add it here in the change that needs it. An edge that the code no longer has is removed here.
 * The test also refuses cycles, so a feature that both tells and asks another one has to be cut differently.
 */
export const MODULE_EDGES: Readonly<Record<string, readonly string[]>> = {
  approvals: ['assessments', 'audit', 'auth', 'policies', 'realtime', 'remediations'],
  assessments: ['audit', 'realtime', 'servers'],
  audit: ['realtime'],
  auth: ['audit', 'realtime'],
  executions: ['approvals', 'assessments', 'audit', 'policies', 'realtime', 'remediations', 'servers'],
  keys: ['audit'],
  monitoring: ['audit', 'realtime'],
  policies: ['audit', 'realtime'],
  remediations: ['assessments', 'audit', 'policies', 'realtime', 'servers'],
  servers: ['audit', 'instances', 'realtime'],
};
