import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { ask } from './api/ask.ts';
import { refusalOf } from './api/refused-error.ts';
import { parseFindingSearch } from './features/assessments/find-finding.ts';
import { parseAuditSearch } from './features/audit/audit-search.ts';
import { mayBeSignedIn } from './features/auth/session-hint.ts';
import { SignInPage } from './features/auth/sign-in-page.tsx';
import { parseSystemSearch } from './features/monitoring/system-search.ts';
import { parseTab } from './features/remediations/remediation-tabs.ts';
import { WholePageFault } from './shell/page-fault.tsx';
import { Shell } from './shell/shell.tsx';

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

/** Only a path of this page: `next` comes from the address bar. */
const safeNext = (next: unknown): string | undefined =>
  typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined;

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = safeNext(search['next']);
    return next === undefined ? {} : { next };
  },
  component: SignInPage,
});

/** Everything behind the sign-in: nothing of it is shown, or loaded, before it is known who asks. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const toSignIn = () => redirect({ to: '/sign-in', search: { next: location.href }, throw: true });
    if (!mayBeSignedIn()) toSignIn();
    try {
      await context.queryClient.ensureQueryData(ask('showPermissions', {}));
    } catch (error) {
      if (refusalOf(error)?.status === 401) toSignIn();
      throw error;
    }
  },
  component: Shell,
  errorComponent: WholePageFault,
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { permissions } = await context.queryClient.ensureQueryData(ask('showPermissions', {}));
    redirect({ to: permissions.includes('view_results') ? '/assessment' : '/system', replace: true, throw: true });
  },
});

const assessmentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/assessment',
  component: lazyRouteComponent(() => import('./features/assessments/assessments-page.tsx'), 'AssessmentsPage'),
});
const assessmentRunRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/assessment/runs/$id',
  component: lazyRouteComponent(() => import('./features/assessments/assessment-run-page.tsx'), 'AssessmentRunPage'),
});
const findingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/assessment/findings/$id',
  validateSearch: parseFindingSearch,
  component: lazyRouteComponent(() => import('./features/assessments/finding-page.tsx'), 'FindingPage'),
});
const remediationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/remediation',
  validateSearch: parseTab,
  component: lazyRouteComponent(() => import('./features/remediations/remediations-page.tsx'), 'RemediationsPage'),
});
const reviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/remediation/$id',
  component: lazyRouteComponent(() => import('./features/remediations/review-page.tsx'), 'ReviewPage'),
});
const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/remediation/$id/run',
  component: lazyRouteComponent(() => import('./features/executions/run-page.tsx'), 'RunPage'),
});
const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('./features/audit/audit-page.tsx'), 'AuditPage'),
});
const systemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/system',
  validateSearch: parseSystemSearch,
  component: lazyRouteComponent(() => import('./features/monitoring/system-page.tsx'), 'SystemPage'),
});
const serversRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/servers',
  component: lazyRouteComponent(() => import('./features/servers/servers-page.tsx'), 'ServersPage'),
});
const serverRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/servers/$id',
  component: lazyRouteComponent(() => import('./features/servers/server-page.tsx'), 'ServerPage'),
});
const accessRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/access',
  component: lazyRouteComponent(() => import('./features/auth/access-page.tsx'), 'AccessPage'),
});
const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./features/settings/settings-page.tsx'), 'SettingsPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./features/auth/account-page.tsx'), 'AccountPage'),
});

export const routeTree = rootRoute.addChildren([
  signInRoute,
  shellRoute.addChildren([
    homeRoute,
    assessmentRoute,
    assessmentRunRoute,
    findingRoute,
    remediationsRoute,
    reviewRoute,
    runRoute,
    auditRoute,
    systemRoute,
    serversRoute,
    serverRoute,
    accessRoute,
    settingsRoute,
    accountRoute,
  ]),
]);
