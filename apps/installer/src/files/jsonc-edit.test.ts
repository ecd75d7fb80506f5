import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configFile } from '../testing/jsonc-arbitrary.ts';
import { type JsoncDocument, parseJsonc } from './jsonc-document.ts';
import { insertMember, removeMember, replaceValue } from './jsonc-edit.ts';

const ROOT = ['mcpServers'];
const NAME = 'added server';
const ENTRY = { command: 'npx', args: ['-y', 'x@1.0.0'], env: { A: '1' } };

function open(text: string): JsoncDocument {
  const parsed = parseJsonc(text);
  if (!parsed.ok) throw new Error(`${parsed.problem.message} in ${text}`);
  return parsed.document;
}
function text(edited: ReturnType<typeof insertMember>): string {
  if (!edited.ok) throw new Error(edited.reason);
  return edited.text;
}
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe('edits of any file', () => {
  it('add one member and leave every other byte in place; removing it gives the bytes back', () => {
    fc.assert(
      fc.property(configFile, ({ text: before, servers, document }) => {
        const added = text(insertMember(open(before), ROOT, NAME, ENTRY));
        expect(plain(open(added).value)).toEqual(plain({ ...document, mcpServers: { ...servers, [NAME]: ENTRY } }));
        expect(isOneInsertion(before, added)).toBe(true);
        if (Object.keys(servers).length > 0) expect(text(removeMember(open(added), ROOT, NAME))).toBe(before);
      }),
      { numRuns: 1500 },
    );
  });

  it('remove one member and change nothing else', () => {
    fc.assert(
      fc.property(configFile, fc.nat(), ({ text: before, servers, document }, pick) => {
        const names = Object.keys(servers);
        fc.pre(names.length > 0);
        const name = names[pick % names.length]!;
        const after = text(removeMember(open(before), ROOT, name));
        const { [name]: _gone, ...rest } = servers;
        expect(plain(open(after).value)).toEqual(plain({ ...document, mcpServers: rest }));
        expect(isSubsequence(after, before)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('replace one value and change nothing else', () => {
    fc.assert(
      fc.property(configFile, ({ text: before, servers, document }) => {
        const [name] = Object.keys(servers);
        fc.pre(name !== undefined);
        const after = text(replaceValue(open(before), ROOT, name, ENTRY));
        expect(plain(open(after).value)).toEqual(plain({ ...document, mcpServers: { ...servers, [name]: ENTRY } }));
      }),
      { numRuns: 500 },
    );
  });
});

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

describe('golden files', () => {
  it.each([
    ['an empty file', '', '{\n  "mcpServers": {\n    "s": {\n      "a": 1\n    }\n  }\n}\n'],
    ['an empty object', '{}\n', '{\n  "mcpServers": {\n    "s": {\n      "a": 1\n    }\n  }\n}\n'],
    [
      'no section',
      '{\n\t"theme": "dark"\n}\n',
      '{\n\t"mcpServers": {\n\t\t"s": {\n\t\t\t"a": 1\n\t\t}\n\t},\n\t"theme": "dark"\n}\n',
    ],
    [
      'an empty section',
      '{\n    "mcpServers": {}\n}\n',
      '{\n    "mcpServers": {\n        "s": {\n            "a": 1\n        }\n    }\n}\n',
    ],
    [
      'CRLF',
      '{\r\n  "mcpServers": {\r\n    "x": 1\r\n  }\r\n}',
      '{\r\n  "mcpServers": {\r\n    "s": {\r\n      "a": 1\r\n    },\r\n    "x": 1\r\n  }\r\n}',
    ],
    ['one line', '{"mcpServers":{"x":1}}', '{"mcpServers":{"s": {"a":1},"x":1}}'],
  ])('%s', (_name, before, after) => {
    expect(text(insertMember(open(before), ROOT, 's', { a: 1 }))).toBe(after);
  });

  it('keeps comments when an entry goes', () => {
    const before =
      '{\n  // mine\n  "mcpServers": {\n    // first\n    "a": 1, // tail\n    /* second */ "b": 2\n  }\n}\n';
    expect(text(removeMember(open(before), ROOT, 'b'))).toBe(
      '{\n  // mine\n  "mcpServers": {\n    // first\n    "a": 1 // tail\n    /* second */ \n  }\n}\n',
    );
    expect(text(removeMember(open(before), ROOT, 'a'))).toBe(
      '{\n  // mine\n  "mcpServers": {\n    // first\n     // tail\n    /* second */ "b": 2\n  }\n}\n',
    );
  });
});

describe('parseJsonc', () => {
  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
    ['{ "a": }', 1, 8],
    ['{"a": 1, "a": 2}', 1, 10],
    ['{"a": {"x": 1,\n"\\u0078": 2}}', 2, 1],
  ])('refuses %j and says where', (broken, line, column) => {
    expect(parseJsonc(broken)).toMatchObject({ ok: false, problem: { line, column } });
  });

  it('refuses a depth that no stack can take', () => {
    expect(parseJsonc('{"a":'.repeat(100_000)).ok).toBe(false);
    expect(parseJsonc('['.repeat(1_000_000)).ok).toBe(false);
  });

  it('answers for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (any) => {
        expect(typeof parseJsonc(any).ok).toBe('boolean');
      }),
    );
  });
});
