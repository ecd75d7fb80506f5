// Entry of `npm run fuzz -w apps/compliance -- [COUNT]`: judges random documents and mutated real ones, in turn, and fails where one
// crashes or takes too long. Each begins with a number of its own, so that a bad one can be made again.
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { judgeDocument } from './judge-document.ts';
import { mutatedDocument, randomDocument, seededRandom } from './mutate-document.ts';

const DOCUMENTS = Number(process.argv[2] ?? 100_000);
const MILLISECONDS_MAX = 200;
/** Larger ones would be slow without being odd. */
const CHARS_MAX = 6000;

const folder = (label: string): string => fileURLToPath(new URL(`../../cases/develop/${label}/`, import.meta.url));
const texts: string[] = [];
for (const label of ['malicious', 'benign'])
  for (const file of (await readdir(folder(label))).sort()) texts.push(await readFile(folder(label) + file, 'utf8'));
const written = texts.filter(({ length }) => length < CHARS_MAX).map((text): unknown => JSON.parse(text));

/** Milliseconds of processor time: what the clock shows on a machine that does nothing else. */
async function timed(document: unknown): Promise<number> {
  const started = process.cpuUsage();
  await judgeDocument(document);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

let slowest = 0;
for (let at = 0; at < DOCUMENTS; at++) {
  const random = seededRandom(at);
  const document = at % 2 === 0 ? randomDocument(random) : mutatedDocument(random, written[at % written.length]);
  const first = await timed(document).catch((error: unknown) => {
    process.stderr.write(`document ${at} crashes the judge\n${JSON.stringify(document).slice(0, 4000)}\n`);
    throw error;
  });
  // A collection of the heap falls on any document; what is slow is slow again.
  const milliseconds = first <= MILLISECONDS_MAX ? first : Math.min(first, await timed(document));
  slowest = Math.max(slowest, milliseconds);
  if (milliseconds <= MILLISECONDS_MAX) continue;
  process.stderr.write(`document ${at} takes ${milliseconds.toFixed(0)} ms\n`);
  process.exitCode = 1;
}
process.stdout.write(`${DOCUMENTS.toLocaleString('en')} documents, no crash, the slowest ${slowest.toFixed(0)} ms\n`);
