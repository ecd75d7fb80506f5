import fc from 'fast-check';

type Json = Record<string, unknown>;
type Make = fc.Arbitrary<unknown>;

/** Where a document keeps what its schemas refer to, and ids that some test has made. */
export interface Surroundings {
  readonly components: Readonly<Record<string, Json>>;
  readonly known: readonly string[];
}

/** Text that finds what is not looked at: controls, NUL, half characters, markup, SQL, other forms of the same. */
const ODD = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom('', 'a\u0000b', '\ud800', "'; drop table users; --", '%', '../..', '<b>', '__proto__', '1e999', ' '),
  fc.constantFrom('constructor', 'cafe\u0301', '\u202eevil', '\ufb01lesystem', 'x'.repeat(300)),
);

/** Values that mostly fit a schema of the document, so that a request gets past validation often and off it often. */
export const arbitraryOf = (schema: Json, surroundings: Surroundings): Make => mutated(fitting(schema, surroundings));

/** One in six is something else altogether. */
const mutated = (fits: Make): Make =>
  fc.oneof({ weight: 5, arbitrary: fits }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) });

const text = ({ known }: Surroundings): Make =>
  fc.oneof({ weight: 1, arbitrary: ODD }, { weight: 1, arbitrary: fc.constantFrom(...known) });

function fitting(schema: Json, around: Surroundings): Make {
  const name = typeof schema['$ref'] === 'string' ? schema['$ref'].replace('#/components/schemas/', '') : undefined;
  // The one schema without a name of its own that others refer to is free JSON, which refers to itself.
  if (name?.startsWith('__schema')) return fc.jsonValue({ maxDepth: 2 });
  if (name !== undefined) return fitting(around.components[name] as Json, around);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const any = (schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']) as Json[] | undefined;
  if (any) return fc.oneof(...any.map((one) => fitting(one, around)));
  switch (schema['type']) {
    case 'object':
      return objectOf(schema, around);
    case 'array':
      return fc.array(fitting((schema['items'] ?? {}) as Json, around), { maxLength: 3 });
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: -1, max: 300 }), fc.constant(1));
    case 'boolean':
      return fc.boolean();
    case 'string':
      return stringOf(schema, around);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function stringOf({ format }: Json, around: Surroundings): Make {
  if (format === 'date-time') return fc.constantFrom('2026-01-01T00:00:00Z', '2099-12-31T23:59:59.999Z', 'yesterday');
  if (format === 'uri')
    return fc.constantFrom('https://mcp.example.com/x', 'http://169.254.169.254/', 'file:///etc/passwd');
  return text(around);
}

function objectOf(schema: Json, around: Surroundings): Make {
  const properties = (schema['properties'] ?? {}) as Record<string, Json>;
  const required = (schema['required'] ?? []) as string[];
  const members = Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, fitting(of, around)]));
  const whole = fc.record(members, { requiredKeys: required });
  const free = schema['additionalProperties'];
  const more =
    typeof free === 'object' && free !== null
      ? fc.dictionary(ODD.map(String), fitting(free as Json, around), { maxKeys: 3 })
      : fc.constant({});
  const extra = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(ODD.map(String), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 1 }) },
  );
  return fc.tuple(whole, more, extra).map(([a, b, c]) => ({ ...c, ...b, ...a }));
}
