import { REFUSALS } from '@mcp-coordinator/contract/refusals';
import { type RouteName, routes } from '@mcp-coordinator/contract/routes';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/harness.ts';

interface Operation {
  operationId: string;
  security: unknown[];
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: unknown;
  responses: Record<string, { description: string; content: Record<string, unknown> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}
let app: TestApp;
let document: Document;
beforeAll(async () => {
  app = await startTestApp();
  document = (await app.anyone('GET', '/openapi.json')).body;
});
afterAll(() => app.close());

const operations = () => Object.values(document.paths).flatMap((methods) => Object.values(methods));

it('is a valid OpenAPI 3.1 document', async () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document) as never);
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

it('refers to nothing that is not there', () => {
  const referred = new Set(
    JSON.stringify(document)
      .match(/"#\/[^"]+"/g)
      ?.map((text) => JSON.parse(text) as string),
  );
  expect(referred.size).toBeGreaterThan(5);
  for (const reference of referred) {
    const found = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
    expect(found, reference).toBeTypeOf('object');
    expect(found, 'is itself').not.toEqual({ $ref: reference });
  }
});

describe('each route', () => {
  it.each(Object.keys(routes) as RouteName[])('%s', (name) => {
    const route = routes[name];
    const path = `/api/v1${route.path}`.replaceAll(/:(\w+)/g, '{$1}');
    const operation = document.paths[path]?.[route.method.toLowerCase()];
    expect(operation?.operationId).toBe(name);
    if (!operation) return;
    expect(operation.requestBody !== undefined).toBe('body' in route);
    expect(operation.security.length === 0).toBe(route.access === 'public');
    const declared = Object.values(operation.responses).map((response) => response.description);
    for (const code of route.refusals) {
      expect(operation.responses[REFUSALS[code].status]?.description.split(', ')).toContain(code);
    }
    expect(declared.join()).toContain('internal_error');
    for (const status of Object.keys(route.responses)) {
      const content = operation.responses[status]?.content;
      expect(Object.keys(content ?? {})).toEqual([
        route.responses[status as never] === 'file' ? '*/*' : 'application/json',
      ]);
    }
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map((parameter) => parameter.name)).toEqual(route.path.includes(':id') ? ['id'] : []);
  });
});

it('names each operation once, and every code of the problems', () => {
  const ids = operations().map((operation) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/livez', '/readyz', '/.well-known/jwks.json']));
  expect(JSON.stringify(document.components.schemas['Problem'])).toContain('approval_token_foreign');
});

it('is shown by a page that loads nothing from elsewhere', async () => {
  const page = await app.anyone('GET', '/docs');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.body).not.toMatch(/(src|href)="https?:\/\//);
});
