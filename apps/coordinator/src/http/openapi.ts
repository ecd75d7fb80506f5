import { rootRoutes } from '@mcp-coordinator/contract/health.contract';
import { problemSchema, REFUSALS, type RefusalCode } from '@mcp-coordinator/contract/refusals';
import { API_BASE, COMMON_REFUSALS, type RouteDefinition } from '@mcp-coordinator/contract/route';
import { routes } from '@mcp-coordinator/contract/routes';
import { z } from 'zod';
import { sessionCookieName } from './authenticate-request.ts';

type Json = Record<string, unknown>;

/** Turns a schema into JSON Schema 2020-12, moving named ones into `components`. Input and output forms may differ: defaults. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const {
    $schema: _,
    $defs,
    ...root
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $defs?: Json };
  const suffix = io === 'input' ? 'Input' : '';
  for (const [name, definition] of Object.entries($defs ?? {}))
    components[`${name}${suffix}`] = rename(definition, suffix);
  return rename(root, suffix) as Json;
}

const rename = (node: unknown, suffix: string): unknown =>
  JSON.parse(JSON.stringify(node), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string'
      ? value.replace(/^#\/\$defs\/(.*)$/, `#/components/schemas/$1${suffix}`)
      : value,
  );

function parameters(route: RouteDefinition, components: Json): Json[] {
  const of = (schema: z.ZodObject | undefined, place: 'path' | 'query') =>
    Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
      name,
      in: place,
      required: place === 'path' || !(field as z.ZodType).safeParse(undefined).success,
      schema: jsonSchema(field as z.ZodType, 'input', components),
    }));
  const header = { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 128 } };
  return [...of(route.params, 'path'), ...of(route.query, 'query'), ...(route.idempotent ? [header] : [])];
}

function refusalResponses(route: RouteDefinition): Json {
  const always: RefusalCode[] = route.access === 'public' ? [] : ['unauthenticated', 'session_expired', 'forbidden'];
  const byStatus = Map.groupBy(
    new Set<RefusalCode>([...COMMON_REFUSALS, ...always, ...route.refusals]),
    (code) => REFUSALS[code].status,
  );
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function operation(name: string, route: RouteDefinition, components: Json): Json {
  const successes = Object.entries(route.responses).map(([status, schema]) => [
    status,
    schema === 'file'
      ? { description: 'The file', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } }
      : {
          description: 'Success',
          content: { 'application/json': { schema: jsonSchema(schema, 'output', components) } },
        },
  ]);
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.tag],
    ...(Array.isArray(route.access) ? { 'x-permissions': route.access } : {}),
    security: route.access === 'public' ? [] : [{ bearer: [] }, { apiKey: [] }, { session: [] }],
    parameters: parameters(route, components),
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(route.body, 'input', components) } },
          },
        }
      : {}),
    responses: { ...refusalResponses(route), ...Object.fromEntries(successes) },
  };
}

/** OpenAPI 3.1, made from the route table that the server itself binds. */
export function openApiDocument(publicUrl: URL, version: string): Json {
  const components: Json = {};
  // Puts `Problem` among them, to which every refusal refers.
  jsonSchema(problemSchema, 'output', components);
  const paths: Record<string, Json> = {};
  const add = (base: string, table: Readonly<Record<string, RouteDefinition>>): void => {
    for (const [name, route] of Object.entries(table)) {
      const path = `${base}${route.path}`.replaceAll(/:(\w+)/g, '{$1}');
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route, components) };
    }
  };
  add(API_BASE, routes);
  add('', rootRoutes);
  return {
    openapi: '3.1.0',
    info: { title: 'MCP Integration Coordinator', version },
    servers: [{ url: publicUrl.origin }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        session: { type: 'apiKey', in: 'cookie', name: sessionCookieName(publicUrl) },
      },
    },
  };
}
