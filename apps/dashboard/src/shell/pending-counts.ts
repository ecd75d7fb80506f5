import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/ask.ts';
import { may, useMe } from '../features/auth/me.ts';
import type { NavigationName } from './navigation-items.ts';

/** What waits for someone: results to review, proposals to decide, alerts that fire. */
export const usePendingCounts = (): Partial<Record<NavigationName, number>> => {
  const me = useMe();
  const results = may(me, 'view_results');
  const metrics = may(me, 'view_metrics');
  const one = { limit: 1 };
  const assessments = useQuery({
    ...ask('listAssessments', { query: { ...one, status: 'completed' } }),
    enabled: results,
  });
  const proposals = useQuery({
    ...ask('listRemediations', { query: { ...one, status: 'pending' } }),
    enabled: results,
  });
  const alerts = useQuery({ ...ask('listAlerts', { query: { ...one, status: 'firing' } }), enabled: metrics });
  return {
    assessment: assessments.data?.total ?? 0,
    remediation: proposals.data?.total ?? 0,
    system: alerts.data?.total ?? 0,
  };
};
