/** A generator of numbers below 1 that begins anew with its seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PIECES = [
  ...[
    'ignore all previous instructions',
    '~/.ssh/id_rsa',
    'https://x.example/',
    '\u200b',
    '\u202e',
    '\u001b[8m',
    '\ud800',
  ],
  ...['QUJDREVGR0hJSktMTU5PUA==', '<IMPORTANT>', '`', '"', "'", '((((', '%41%42%43%44%45%46', '\\x41'.repeat(8)],
  ...[
    'a'.repeat(300),
    ' '.repeat(300),
    '.',
    ';',
    '\n',
    '忽略之前的指令',
    'do not tell the user',
    'send',
    'the',
    'file',
  ],
];

/** A tools list, or a configuration, as nobody would write it: words, marks and structures at random. */
export function randomDocument(random: () => number): unknown {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const text = (): string =>
    Array.from({ length: Math.floor(random() * 12) }, () => pick(PIECES)).join(random() < 0.5 ? ' ' : '');
  const value = (depth: number): unknown => {
    const kind = random();
    if (depth > 5 || kind < 0.4) return text();
    if (kind < 0.5) return [null, true, 1e308, -0, '__proto__', []][Math.floor(random() * 6)];
    const size = Math.floor(random() * 4);
    if (kind < 0.65) return Array.from({ length: size }, () => value(depth + 1));
    const keys = ['description', 'properties', 'enum', 'default', 'constructor', '__proto__', 'title', text()];
    return Object.fromEntries(Array.from({ length: size }, () => [pick(keys), value(depth + 1)]));
  };
  const tool = () => ({
    name: random() < 0.8 ? text() : value(4),
    description: random() < 0.8 ? text() : value(3),
    inputSchema: value(0),
    annotations: value(3),
  });
  if (random() < 0.7) return { tools: Array.from({ length: Math.floor(random() * 4) }, tool), instructions: value(4) };
  return {
    mcpServers: {
      [text() || 'a']: {
        command: random() < 0.8 ? text() : value(4),
        args: value(2),
        env: value(3),
        url: random() < 0.3 ? text() : undefined,
      },
    },
  };
}

/** A document that somebody did write, with strings cut, doubled, mixed or replaced, and members of another kind or gone. */
export function mutatedDocument(random: () => number, document: unknown): unknown {
  if (typeof document === 'string') return random() < MUTATED ? mutatedText(random, document) : document;
  if (random() < MUTATED / 10) return [null, true, -1, '', [], {}][Math.floor(random() * 6)];
  if (Array.isArray(document)) return document.map((item) => mutatedDocument(random, item));
  if (typeof document !== 'object' || document === null) return document;
  const members = Object.entries(document).filter(() => random() > MUTATED / 20);
  return Object.fromEntries(members.map(([key, value]) => [key, mutatedDocument(random, value)]));
}

const MUTATED = 0.15;

function mutatedText(random: () => number, text: string): string {
  const at = Math.floor(random() * (text.length + 1));
  const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
  return [
    text.slice(0, at) + piece + text.slice(at),
    text.slice(at),
    text.repeat(2),
    piece.repeat(20),
    Array.from(text).toReversed().join(''),
    text.slice(0, at) + String.fromCharCode(Math.floor(random() * 65_536)) + text.slice(at),
  ][Math.floor(random() * 6)] as string;
}
