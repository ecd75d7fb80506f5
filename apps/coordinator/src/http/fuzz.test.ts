import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { arbitraryOf } from '../testing/arbitrary-of.ts';
import { type Answer, startTestApp, type TestApp } from '../testing/harness.ts';
import { expectProblem } from '../testing/problems.ts';
import { type ApiDocument, type Operation, readApiDocument } from './testing/api-document.ts';
import { type FuzzGround, layFuzzGround } from './testing/fuzz-ground.ts';

/** What was found is found again: a failure names the seed and the path to it. Another seed looks elsewhere. */
const SEED = inject('database') === 'postgres' ? 1 : 2;
/** On each of the two engines: ten thousand in all. */
const REQUESTS = 5_000;

let app: TestApp;
let api: ApiDocument;
let ground: FuzzGround;
beforeAll(async () => {
  app = await startTestApp({ LOGIN_LIMIT_PER_MINUTE: '1000000', RATE_LIMIT_PER_MINUTE: '1000000' });
  api = await readApiDocument(app.anyone);
  ground = await layFuzzGround(app);
}, 120_000);
afterAll(() => app.close());

interface Shot {
  /** By name, so that a failure says which one in a word. */
  readonly operation: string;
  readonly who: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

function shotOf(operation: Operation): fc.Arbitrary<Shot> {
  const around = { components: api.components, known: ground.ids };
  const named = operation.parameters.map(({ name, required, schema }) => {
    const value = arbitraryOf(schema, around);
    return [name, required ? value : fc.option(value, { nil: undefined, freq: 2 })] as const;
  });
  const body = operation.requestBody?.content['application/json'].schema;
  return fc.record({
    operation: fc.constant(operation.operationId),
    who: fc.nat({ max: ground.callers - 1 }),
    parameters: fc.record(Object.fromEntries(named)) as fc.Arbitrary<Record<string, unknown>>,
    body: body ? arbitraryOf(body, around) : fc.constant(undefined),
  });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
const safe = (value: unknown): string => encodeURIComponent(textOf(value).toWellFormed());

/** A segment that is empty, or leads out of its place, is another path, and the router's to answer. */
const segmentOf = (value: unknown): string => (/^\.{0,2}$/.test(textOf(value)) ? 'x' : safe(value));

async function send(operation: Operation, { who, parameters, body }: Shot): Promise<Answer> {
  const given = (place: string) =>
    operation.parameters.filter((one) => one.in === place && parameters[one.name] !== undefined);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(parameters[name]));
  const query = given('query').map(({ name }) => `${name}=${safe(parameters[name])}`);
  // What a header cannot hold reaches no server.
  const headers = given('header').map(({ name }) => [name, safe(parameters[name]).slice(0, 200)]);
  const url = query.length > 0 ? `${path}?${query.join('&')}` : path;
  return ground.send(who, { method: operation.method, url, headers: Object.fromEntries(headers), body });
}

it(`whatever ${REQUESTS} requests hold, no operation fails and none answers what it does not declare`, {
  timeout: 900_000,
}, async () => {
  const seen = new Map<string, Set<number>>();
  const operations = new Map(api.operations.map((operation) => [operation.operationId, operation]));
  const shots = fc.oneof(...api.operations.map(shotOf));
  await fc.assert(
    fc.asyncProperty(shots, async (shot) => {
      const operation = operations.get(shot.operation) as Operation;
      const answer = await send(operation, shot);
      seen.set(shot.operation, (seen.get(shot.operation) ?? new Set()).add(answer.status));
      expect(answer.status, JSON.stringify(answer.body)).not.toBe(500);
      api.expectDeclared(operation, answer);
      if (answer.status >= 400 && typeof answer.body === 'object' && 'code' in answer.body)
        expectProblem(answer, answer.body.code);
    }),
    { numRuns: REQUESTS, seed: SEED, endOnFailure: true },
  );
  // It reached every operation, and behind the edge wherever there is something to be reached.
  expect([...seen.keys()].sort()).toEqual([...operations.keys()].sort());
  const statuses = new Set([...seen.values()].flatMap((set) => [...set]));
  expect([...statuses]).toEqual(expect.arrayContaining([200, 202, 401, 403, 404, 409, 422]));
});
