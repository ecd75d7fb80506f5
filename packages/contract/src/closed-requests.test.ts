import { expect, it } from 'vitest';
import { z } from 'zod';
import { routes } from './routes.ts';

interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: unknown;
  readonly [keyword: string]: unknown;
}

/** Where an object of a request takes members that no schema names, by pointer. */
function openObjects(node: unknown, path: string): string[] {
  if (Array.isArray(node)) return node.flatMap((item) => openObjects(item, path));
  if (typeof node !== 'object' || node === null) return [];
  // Any JSON at all, as those members below are made of.
  const { properties = {}, additionalProperties, $defs, ...rest } = node as Node;
  const { __schema0: _anything, ...defined } = ($defs ?? {}) as Record<string, unknown>;
  const own = rest.type === 'object' && additionalProperties !== false ? [path] : [];
  const named = Object.entries(properties).flatMap(([name, member]) => openObjects(member, `${path}/${name}`));
  return [...own, ...named, ...Object.values({ ...rest, ...defined }).flatMap((inner) => openObjects(inner, path))];
}

const parts = Object.entries(routes).flatMap(([name, route]) =>
  (['params', 'query', 'body'] as const).flatMap((part) => {
    const schema = (route as { [Part in typeof part]?: z.ZodType })[part];
    return schema ? [{ name, part, schema }] : [];
  }),
);

/** What is free by its nature: variables and headers, what a server says of itself, and what a browser adds to a passkey. */
const FREE = /\/(?:env|headers|contact|health|clientExtensionResults)$/;

it('no request of any route takes a field that is not named, but where free JSON is meant', () => {
  const open = parts.flatMap(({ name, part, schema }) =>
    openObjects(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), `${name} ${part}`),
  );
  // Inside a machine's report of itself: what it says beside the known is dropped, and its definitions are other servers' words.
  const others = open.filter((path) => !path.startsWith('syncConfiguration body'));
  expect(others.filter((path) => !FREE.test(path))).toEqual([]);
  expect(others.length).toBeGreaterThan(10);
});

it('and says so when one is sent: each of them refuses one field more', () => {
  for (const { name, part, schema } of parts.filter((one) => one.part !== 'body' || one.name === 'syncConfiguration')) {
    const codes = (schema.safeParse({ isAdmin: true, constructor: 1 }).error?.issues ?? []).map(({ code }) => code);
    expect(codes, `${name} ${part}`).toContain('unrecognized_keys');
  }
});
