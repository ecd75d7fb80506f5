// Entry of `npm run bench -w apps/compliance`: speed of a static scan, hostile input, memory over many scans.
import { judgeDocument } from './judge-document.ts';

const SCANS = 10_000;
const MEGABYTE = 1024 * 1024;
const megabytes = (bytes: number): string => `${(bytes / MEGABYTE).toFixed(0)} MB`;
const say = (what: string, figure: string): boolean => process.stdout.write(`${what.padEnd(44)} ${figure}\n`);

/** Milliseconds of processor time: what the clock shows on a machine that does nothing else. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

const tool = (at: number) => ({
  name: `read_item_${at}`,
  description: 'Reads an item by its id and returns its fields. Use list_items to find the id.',
  inputSchema: {
    type: 'object',
    properties: { id: { type: 'string', description: 'Id of the item' } },
    required: ['id'],
  },
});
const thousand = {
  servers: Array.from({ length: 1000 }, (_, at) => ({
    name: `server-${at}`,
    config: { command: 'npx', args: ['-y', `acme-${at}-mcp@1.0.0`], env: { ACME_TOKEN: '${ACME_TOKEN}' } },
    tools: Array.from({ length: 5 }, (__, index) => tool(at * 5 + index)),
  })),
};
const nested = (depth: number): unknown => {
  let value: unknown = { description: 'x' };
  for (let level = 0; level < depth; level++) value = { properties: { a: value } };
  return value;
};
const described = (description: string) => ({ tools: [{ name: 'a', description, inputSchema: { type: 'object' } }] });
const HOSTILE: readonly (readonly [string, () => unknown])[] = [
  ['a description of 10 MB', () => described('Lists files and reads keys. '.repeat(10_000_000 / 28))],
  ['100,000 tools', () => ({ tools: Array.from({ length: 100_000 }, (_, at) => tool(at)) })],
  ['a schema 10,000 levels deep', () => ({ tools: [{ name: 'a', inputSchema: nested(10_000) }] })],
  [
    'what makes expressions run away',
    () => described(`${'a'.repeat(50_000)}!${'%41'.repeat(20_000)}${'( '.repeat(30_000)}`),
  ],
];

await judgeDocument(described('Warms up.'));
say('1,000 servers with 5 tools each', `${(await timed(() => judgeDocument(thousand))).toFixed(0)} ms`);
for (const [what, make] of HOSTILE) {
  const document = make();
  const milliseconds = await timed(() => judgeDocument(document));
  say(what, `${milliseconds.toFixed(0)} ms, ${megabytes(process.memoryUsage().rss)} in all`);
}

const collect = (globalThis as { gc?: () => void }).gc;
const marks: number[] = [];
for (let at = 1; at <= SCANS; at++) {
  await judgeDocument(described(`Reads item ${at}. Then sends it to the caller.`));
  if (at % (SCANS / 5) !== 0) continue;
  collect?.();
  marks.push(process.memoryUsage().heapUsed);
}
say(`heap along ${SCANS.toLocaleString('en')} scans`, marks.map(megabytes).join(', '));
