// Entry of `npm run bench:audit`, with the URL of a PostgreSQL of its own: measures the audit log, and fails below its limits.
import pg from 'pg';
import { FIGURE_HEAD, type Figure, figureLine, holds } from './figure.ts';
import { measureExport, measurePages, measureVerification, pageFigures } from './measure-reads.ts';
import { measureRemoval } from './measure-removal.ts';
import { measureAppends, measureTransactions } from './measure-writes.ts';
import { growTo, openMeasuredLog } from './measured-log.ts';

const [, , serverUrl] = process.argv;
if (serverUrl === undefined) {
  process.stderr.write('usage: npm run bench:audit\n');
  process.exit(2);
}

async function newDatabase(name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return Object.assign(new URL(serverUrl ?? ''), { pathname: `/${name}` }).href;
}

const figures: Figure[] = [];
const add = (more: readonly Figure[]): void => {
  for (const figure of more) {
    figures.push(figure);
    process.stdout.write(`${figureLine(figure)}\n`);
  }
};
process.stdout.write(`${FIGURE_HEAD}\n`);

const written = await openMeasuredLog(await newDatabase('writes'), 20);
add(await measureTransactions(written));
add(await measureAppends(written));
await written.database.close();

const SIZES = [10_000, 200_000, 2_000_000];
const VERIFIED = 1_000_000;
const readUrl = await newDatabase('reads');
const read = await openMeasuredLog(readUrl, 10);
const pages = [];
for (const size of SIZES) {
  if (size > VERIFIED) {
    await growTo(read, VERIFIED);
    add(await measureVerification(read, VERIFIED));
    add(await measureExport(readUrl, VERIFIED));
  }
  await growTo(read, size);
  pages.push(await measurePages(read, size));
}
add(pageFigures(pages));
add(await measureRemoval(read));
await read.database.close();
process.exitCode = figures.every(holds) ? 0 : 1;
