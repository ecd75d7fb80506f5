import fc from 'fast-check';

/** Layouts people and programs write: indentation, ends of lines, comments, trailing commas, byte order marks. */
interface Style {
  readonly eol: string;
  readonly unit: string;
  readonly oneLine: boolean;
  readonly trailingComma: boolean;
  readonly comments: boolean;
  readonly bom: boolean;
}

const style = fc.record<Style>({
  eol: fc.constantFrom('\n', '\r\n'),
  unit: fc.constantFrom('  ', '    ', '\t'),
  oneLine: fc.boolean(),
  trailingComma: fc.boolean(),
  comments: fc.boolean(),
  bom: fc.boolean(),
});

const key = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', 'a"b', 'ключ', '//', '/*', ','),
);
const scalar = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('// no comment', '{', '}', ',', '"'),
);
const entry = fc.dictionary(
  key,
  fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(key, scalar, { maxKeys: 2 })),
  { maxKeys: 3 },
);

function print(value: unknown, depth: number, look: Style): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const list = Array.isArray(value);
  const items = list
    ? value.map((item) => print(item, depth + 1, look))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${print(item, depth + 1, look)}`);
  const [open, close] = list ? ['[', ']'] : ['{', '}'];
  const comma = look.trailingComma && items.length > 0 ? ',' : '';
  const block = look.comments ? '/* { " , */ ' : '';
  if (look.oneLine) return `${open} ${block}${items.join(', ')}${comma} ${close}`;
  const line = look.comments ? ' // it\'s "," }' : '';
  const indent = look.eol + look.unit.repeat(depth + 1);
  return `${open}${line}${items.map((item) => indent + block + item).join(`,${line}`)}${comma}${line}${look.eol}${look.unit.repeat(depth)}${close}`;
}

/** A configuration file as text, with the servers it holds under `mcpServers`. */
export const configFile = fc
  .record({
    style,
    servers: fc.dictionary(key, entry, { maxKeys: 4 }),
    before: fc.dictionary(key, scalar, { maxKeys: 2 }),
    after: fc.dictionary(key, scalar, { maxKeys: 2 }),
  })
  .map(({ style: look, servers, before, after }) => {
    const others = (members: Record<string, unknown>) =>
      Object.entries(members).filter(([name]) => name !== 'mcpServers');
    const seen = new Set<string>();
    const all: [string, unknown][] = [...others(before), ['mcpServers', servers], ...others(after)];
    const document = Object.fromEntries(all.filter(([name]) => !seen.has(name) && seen.add(name)));
    const head = `${look.bom ? '\ufeff' : ''}${look.comments ? `// head${look.eol}` : ''}`;
    const text = `${head}${print(document, 0, look)}${look.oneLine ? '' : look.eol}`;
    return { text, servers, document };
  });
