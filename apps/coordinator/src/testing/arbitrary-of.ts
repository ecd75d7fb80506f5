import fc from 'fast-check';
import { z } from 'zod';

type Json = Record<string, unknown>;
type Make = fc.Arbitrary<unknown>;

/** Text that finds what is not looked at: controls, NUL, half characters, markup, SQL, and ids that some tests make. */
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom('', 'a\u0000b', '\ud800', "'; drop table users; --", '%', '../..', '<b>', '__proto__', '1e999', ' '),
  fc.constantFrom(
    'subject-1',
    'subject-2',
    'installer-1',
    'filesystem',
    'postgres',
    'unpinned_package',
    'x'.repeat(300),
  ),
);

/** Values that mostly fit a schema of the contract, so that a request gets past validation often and off it often. */
export function arbitraryOf(schema: z.ZodType): Make {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json & {
    $defs?: Json;
  };
  return mutated(fitting(root, $defs));
}

/** One in six is something else altogether. */
const mutated = (fits: Make): Make =>
  fc.oneof({ weight: 5, arbitrary: fits }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) });

function fitting(schema: Json, defs: Json): Make {
  const name = typeof schema['$ref'] === 'string' ? schema['$ref'].replace('#/$defs/', '') : undefined;
  // The one schema without a name of its own that others refer to is free JSON, which refers to itself.
  if (name?.startsWith('__schema')) return fc.jsonValue({ maxDepth: 2 });
  if (name !== undefined) return fitting(defs[name] as Json, defs);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const any = (schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']) as Json[] | undefined;
  if (any) return fc.oneof(...any.map((one) => fitting(one, defs)));
  switch (schema['type']) {
    case 'object':
      return objectOf(schema, defs);
    case 'array':
      return fc.array(fitting((schema['items'] ?? {}) as Json, defs), { maxLength: 3 });
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: -1, max: 300 }), fc.constant(1));
    case 'boolean':
      return fc.boolean();
    case 'string':
      return stringOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function stringOf({ pattern, format }: Json): Make {
  if (format === 'date-time') return fc.constantFrom('2026-01-01T00:00:00Z', '2099-12-31T23:59:59.999Z', 'yesterday');
  if (format === 'uri')
    return fc.constantFrom('https://mcp.example.com/x', 'http://169.254.169.254/', 'file:///etc/passwd');
  const known = fc.constantFrom('subject-1', 'installer-1', 'filesystem', 'unpinned_package');
  return typeof pattern === 'string' && !pattern.includes('(?') ? fc.oneof(known, text) : text;
}

function objectOf(schema: Json, defs: Json): Make {
  const properties = (schema['properties'] ?? {}) as Record<string, Json>;
  const required = (schema['required'] ?? []) as string[];
  const members = Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, fitting(of, defs)]));
  const whole = fc.record(members, { requiredKeys: required });
  const free = schema['additionalProperties'];
  const more =
    typeof free === 'object' && free !== null
      ? fc.dictionary(text, fitting(free as Json, defs), { maxKeys: 3 })
      : fc.constant({});
  const extra = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(text, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 1 }) },
  );
  return fc.tuple(whole, more, extra).map(([a, b, c]) => ({ ...c, ...b, ...a }));
}
