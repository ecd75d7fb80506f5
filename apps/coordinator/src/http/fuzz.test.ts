import { REFUSALS } from '@mcp-coordinator/contract/refusals';
import { COMMON_REFUSALS, type RouteDefinition } from '@mcp-coordinator/contract/route';
import { type RouteName, routes } from '@mcp-coordinator/contract/routes';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arbitraryOf } from '../testing/arbitrary-of.ts';
import { assess, installAction, propose } from '../testing/change-road.ts';
import { type Ask, startTestApp, type TestApp } from '../testing/harness.ts';
import { expectProblem } from '../testing/problems.ts';
import { scriptedCompliance, scriptedInstaller } from '../testing/scripted-servers.ts';

let app: TestApp;
let asks: Ask[];
let ids: string[];
beforeAll(async () => {
  app = await startTestApp({ LOGIN_LIMIT_PER_MINUTE: '10000' });
  const installer = await scriptedInstaller(app, ['filesystem', 'postgres']);
  await scriptedCompliance(app);
  const assessment = await assess(app, app.admin, []);
  const proposal = await propose(app.admin, assessment.body.assessmentId, [installAction('memory')]);
  expect(proposal.status).toBe(201);
  ids = [assessment.body.assessmentId, proposal.body.proposalId, 'installer-1', 'subject-1', '1', '999'];
  const approver = await app.person('approver');
  asks = [app.admin, app.admin, approver.ask, app.as(installer.key), app.anyone];
});
afterAll(() => app.close());

/** Those that would take away the ground a later request stands on. */
const LEFT_OUT: RouteName[] = ['logout', 'refresh', 'revokeApiKey', 'removeServer', 'updateUser'];
const names = (Object.keys(routes) as RouteName[]).filter((name) => !LEFT_OUT.includes(name));

const shot = fc.constantFrom(...names).chain((name) => {
  const route: RouteDefinition = routes[name];
  return fc.record({
    name: fc.constant(name),
    who: fc.nat({ max: 4 }),
    id: fc.oneof(fc.nat({ max: 5 }), fc.string({ maxLength: 12 })),
    query: route.query ? arbitraryOf(route.query) : fc.constant(undefined),
    body: route.body ? arbitraryOf(route.body) : fc.constant(undefined),
  });
});

const declaredBy = (route: RouteDefinition): Set<number> =>
  new Set([
    ...Object.keys(route.responses).map(Number),
    ...[...COMMON_REFUSALS, ...route.refusals].map((code) => REFUSALS[code].status),
    ...(route.access === 'public' ? [] : [401, 403]),
  ]);

const queryOf = (query: unknown): string => {
  if (typeof query !== 'object' || query === null) return '';
  const parts = Object.entries(query).map(
    ([name, value]) => `${safe(name)}=${safe(typeof value === 'string' ? value : JSON.stringify(value))}`,
  );
  return parts.length > 0 ? `?${parts.join('&')}` : '';
};
const safe = (text: string): string => encodeURIComponent(text.toWellFormed());

it('whatever is sent, no route answers with a fault of ours or with a status that it does not declare', {
  timeout: 120_000,
}, async () => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(shot, async ({ name, who, id, query, body }) => {
      const route: RouteDefinition = routes[name];
      const subject = typeof id === 'number' ? (ids[id] as string) : id;
      const path = `${route.path.replace(':id', safe(subject) || 'x')}${queryOf(query)}`;
      const answer = await (asks[who] as Ask)(
        route.method,
        path,
        body === undefined ? undefined : JSON.stringify(body),
      );
      seen.add(answer.status);
      expect(answer.status, JSON.stringify(answer.body)).not.toBe(500);
      // A path that names nothing is the router's to answer.
      if (subject === '.' || subject === '..') return;
      expect([...declaredBy(route)], JSON.stringify(answer.body)).toContain(answer.status);
      if (answer.status >= 400) expectProblem(answer, answer.body.code);
    }),
    { numRuns: 1000, seed: 1, endOnFailure: true },
  );
  // It reached the handlers, and not the edge alone.
  expect([...seen]).toEqual(expect.arrayContaining([200, 401, 403, 404, 422]));
});
