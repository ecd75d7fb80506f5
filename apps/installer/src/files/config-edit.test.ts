import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editMembers } from '../changes/write-entry.ts';
import { tomlFile, yamlFile } from '../testing/edit-arbitrary.ts';
import { configFile } from '../testing/jsonc-arbitrary.ts';
import { type ConfigDocument, type FileFormat, JSONC, TOML, YAML } from './config-document.ts';
import { parseConfig } from './parse-config.ts';

const NAME = 'added server';
const ENTRY = { command: 'npx', args: ['-y', 'x@1.0.0', 'a: "b" # c'], env: { A: '1', B: 'é\n' } };
const LISTED: FileFormat = { syntax: 'yaml', namedLists: [['servers']] };

const FORMATS = [
  [
    'jsonc',
    JSONC,
    'mcpServers',
    configFile.map(({ text, servers, document }) => ({ text, servers, value: { ...document } })),
  ],
  ['toml', TOML, 'mcp_servers', tomlFile],
  ['yaml', YAML, 'servers', yamlFile(false)],
  ['yaml list', LISTED, 'servers', yamlFile(true)],
] as const;

function open(text: string, format: FileFormat): ConfigDocument {
  const parsed = parseConfig(text, format);
  if (!parsed.ok) throw new Error(`${parsed.problem.message} in ${text}`);
  return parsed.document;
}
function edited(document: ConfigDocument, path: string[], value: unknown): string {
  const done = editMembers(document, [{ path, value }]);
  if (!done.ok) throw new Error(`${done.refusal.detail} in ${document.text}`);
  return done.value.text;
}
const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? {})) as unknown;

/** `after` is `before` with one run of text put in somewhere. */
function isOneInsertion(before: string, after: string): boolean {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return head + tail === before.length;
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (part.startsWith(character, at)) at += character.length;
  return at === part.length;
}

describe.each(FORMATS)('%s: edits of any file', (_name, format, root, file) => {
  it('parse to what the file says', () => {
    fc.assert(
      fc.property(file, ({ text, value }) => {
        expect(plain(open(text, format).value)).toEqual(plain(value));
      }),
      { numRuns: 300 },
    );
  });

  it('add one member as one run of text; removing it gives the bytes back', () => {
    fc.assert(
      fc.property(file, ({ text, value, servers }) => {
        const added = edited(open(text, format), [root, NAME], ENTRY);
        expect(plain(open(added, format).value)).toEqual(plain({ ...value, [root]: { ...servers, [NAME]: ENTRY } }));
        expect(isOneInsertion(text, added)).toBe(true);
        if (Object.keys(servers).length > 0) expect(edited(open(added, format), [root, NAME], undefined)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('remove one member and change nothing else', () => {
    fc.assert(
      fc.property(file, fc.nat(), ({ text, value, servers }, pick) => {
        const names = Object.keys(servers);
        fc.pre(names.length > 1);
        const name = names[pick % names.length]!;
        const after = edited(open(text, format), [root, name], undefined);
        const { [name]: _gone, ...rest } = servers;
        expect(plain(open(after, format).value)).toEqual(plain({ ...value, [root]: rest }));
        expect(isSubsequence(after, text)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('put a removed member back in its words', () => {
    fc.assert(
      fc.property(file, fc.nat(), ({ text, value, servers }, pick) => {
        const names = Object.keys(servers);
        fc.pre(names.length > 1);
        const path = [root, names[pick % names.length]!];
        const before = open(text, format);
        const words = before.words(path);
        const removed = open(edited(before, path, undefined), format);
        const back = removed.putBack(path, words ?? '');
        fc.pre(back.ok);
        expect(plain(open(back.ok ? back.text : '', format).value)).toEqual(plain(value));
      }),
      { numRuns: 300 },
    );
  });

  it('set one value inside a member and change nothing else, comments included', () => {
    fc.assert(
      fc.property(
        file,
        fc.constantFrom<unknown>('x: # "y"', true, 7, ['a', 'b'], []),
        ({ text, value, servers }, set) => {
          const [name] = Object.keys(servers);
          fc.pre(
            name !== undefined &&
              typeof servers[name] === 'object' &&
              servers[name] !== null &&
              !Array.isArray(servers[name]),
          );
          const entry = servers[name] as Record<string, unknown>;
          for (const key of ['command', 'fresh']) {
            const after = edited(open(text, format), [root, name, key], set);
            expect(plain(open(after, format).value)).toEqual(
              plain({ ...value, [root]: { ...servers, [name]: { ...entry, [key]: set } } }),
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('answer for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.string()), (any) => {
        expect(typeof parseConfig(any, format).ok).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });
});

describe('files written in unusual ways', () => {
  it.each<[string, FileFormat, string, string]>([
    [
      'an inline table',
      TOML,
      'mcp_servers = { a = { command = "x" } }\n',
      'mcp_servers = { s = { n = 1 }, a = { command = "x" } }\n',
    ],
    ['an empty inline table', TOML, 'mcp_servers = {}\n', 'mcp_servers = { s = { n = 1 }}\n'],
    ['an empty TOML file', TOML, '', '[mcp_servers.s]\nn = 1\n'],
    ['no last line break', TOML, 'a = 1', 'a = 1\n\n[mcp_servers.s]\nn = 1'],
    ['a flow map', YAML, 'mcp_servers: { a: {x: 1} } # c\n', 'mcp_servers: { "s":{"n":1}, a: {x: 1} } # c\n'],
    ['an empty flow map', YAML, 'mcp_servers: {} # c\nb: 1\n', 'mcp_servers: # c\n  s:\n    n: 1\nb: 1\n'],
    ['nothing after the colon', YAML, 'mcp_servers:\nb: 1', 'mcp_servers:\n  s:\n    n: 1\nb: 1'],
    ['an empty YAML file', YAML, '# c\n', '# c\nmcp_servers:\n  s:\n    n: 1\n'],
    ['a document start', YAML, '---\na: 1\n', '---\nmcp_servers:\n  s:\n    n: 1\na: 1\n'],
    [
      'deep indentation',
      YAML,
      'mcp_servers:\n      a:\n            x: 1\n',
      'mcp_servers:\n      s:\n        n: 1\n      a:\n            x: 1\n',
    ],
    ['JSON', YAML, '{"mcp_servers": {"a": 1}}', '{"mcp_servers": {"s":{"n":1}, "a": 1}}'],
  ])('%s', (_what, format, before, after) => {
    const added = edited(open(before, format), ['mcp_servers', 's'], { n: 1 });
    expect(added).toBe(after);
    const removed = edited(open(added, format), ['mcp_servers', 's'], undefined);
    expect(plain(open(removed, format).value)).toEqual({
      ...(plain(open(before, format).value) as object),
      ...emptied(removed, format),
    });
  });

  it.each<[string, FileFormat, string]>([
    ['an array of tables', TOML, '[[mcp_servers]]\na = 1\n'],
    ['a list at the top', YAML, '- a\n- b\n'],
    ['a list in place of a map', YAML, 'mcp_servers:\n- a\n'],
    ['a text', YAML, 'mcp_servers: hello\n'],
    ['an alias', YAML, 'x: &a {}\nmcp_servers: *a\n'],
  ])('%s: refused, with the reason', (_what, format, text) => {
    const done = editMembers(open(text, format), [{ path: ['mcp_servers', 's'], value: { n: 1 } }]);
    expect(done).toMatchObject({
      ok: false,
      refusal: { detail: expect.stringMatching(/cannot be edited without loss/) as string },
    });
  });

  it.each<[string, FileFormat, string, number | undefined, number | undefined]>([
    ['TOML', TOML, 'a = 1\nb = [1, x]\n', 2, undefined],
    ['a table twice', TOML, '[a]\n[a]\n', 2, undefined],
    ['YAML', YAML, 'a: 1\nb: [\n', undefined, undefined],
    ['a key twice', YAML, 'a: 1\na: 2\n', 2, 1],
    ['two documents', YAML, 'a: 1\n---\nb: 2\n', undefined, undefined],
    ['a name twice', LISTED, 'servers:\n- name: a\n- name: a\n', undefined, undefined],
    ['aliases that expand without end', YAML, bomb(), undefined, undefined],
    ['a depth that no stack can take', YAML, '['.repeat(100_000), undefined, undefined],
    ['a depth that no stack can take', TOML, `a = ${'['.repeat(100_000)}`, undefined, undefined],
    ['half a megabyte of YAML', YAML, `# ${'x'.repeat(500_001)}`, undefined, undefined],
  ])('%s: refused, with the place where it is known', (_what, format, text, line, column) => {
    const parsed = parseConfig(text, format);
    expect(parsed).toMatchObject({ ok: false, problem: { message: expect.any(String) as string } });
    if (!parsed.ok && line !== undefined) expect(parsed.problem.line).toBe(line);
    if (!parsed.ok && column !== undefined) expect(parsed.problem.column).toBe(column);
  });

  it('dotted keys: added to, and not changed themselves', () => {
    const document = open('mcp_servers.a.command = "x"\n', TOML);
    expect(edited(document, ['mcp_servers', 's'], { n: 1 })).toBe(
      'mcp_servers.a.command = "x"\n\n[mcp_servers.s]\nn = 1\n',
    );
    for (const value of [undefined, { n: 1 }])
      expect(editMembers(document, [{ path: ['mcp_servers', 'a'], value }])).toMatchObject({ ok: false });
  });

  it('items without a name stay, and positions are told', () => {
    const text = 'servers:\n- command: a\n- name: b\n  command: b\n';
    const document = open(text, LISTED);
    expect(document.locate(['servers', 'b'])).toEqual(['servers', 1]);
    expect(edited(document, ['servers', 'b'], undefined)).toBe('servers:\n- command: a\n');
    expect(edited(document, ['servers', 's'], { n: 1 })).toBe(
      'servers:\n- name: s\n  n: 1\n- command: a\n- name: b\n  command: b\n',
    );
  });
});

function emptied(text: string, format: FileFormat): object {
  const value = open(text, format).value as { mcp_servers?: object } | undefined;
  return value?.mcp_servers === undefined || Object.keys(value.mcp_servers).length > 0 ? {} : { mcp_servers: {} };
}

function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level++)
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  return lines.join('\n');
}
