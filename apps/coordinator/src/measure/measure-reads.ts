import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import type { Figure } from './figure.ts';
import type { MeasuredLog } from './measured-log.ts';
import { median, timesOf } from './rounds.ts';

const RUNS = 60;
const PAGE = 50;

/** Medians of one size of the log, in milliseconds. */
export interface PageTimes {
  readonly size: number;
  readonly times: ReadonlyMap<string, number>;
}

/** Pages as the route answers them, their capped total included. */
export async function measurePages({ database: { db }, audit }: MeasuredLog, size: number): Promise<PageTimes> {
  const list = async (query: Record<string, unknown>) => {
    const answer = await audit.handlers.listAuditLogs({ query: { limit: PAGE, ...query } } as never);
    if (!('body' in answer)) throw new Error('the page was refused');
    return answer.body;
  };
  const { rows } = await sql<{ id: string; timestamp: Date }>`
    select id, timestamp from audit_logs order by timestamp, id offset ${PAGE} limit 1`.execute(db);
  const [edge] = rows;
  const cursor = Buffer.from(JSON.stringify([edge?.timestamp.toISOString(), edge?.id])).toString('base64url');
  const queries = {
    'first page': {},
    'last page': { cursor },
    'first page of one actor': { actor: 'person-7' },
    'last page of one actor': { actor: 'person-7', cursor },
  };
  const times = new Map<string, number>();
  for (const [name, query] of Object.entries(queries)) {
    await timesOf(5, () => list(query));
    times.set(name, median(await timesOf(RUNS, () => list(query))));
  }
  return { size, times };
}

/** Under 5 ms at any size, and past the size where totals are capped no slower for being larger. */
export function pageFigures(sizes: readonly PageTimes[]): Figure[] {
  const [, middle, largest] = sizes;
  return [...(sizes[0]?.times.keys() ?? [])].flatMap((name) => [
    ...sizes.map(({ size, times }) => ({
      name: `${name} of ${size.toLocaleString('en-US')}, ms`,
      value: times.get(name) ?? Number.NaN,
      atMost: 5,
    })),
    {
      name: `${name}: ${largest?.size.toLocaleString('en-US')} against ${middle?.size.toLocaleString('en-US')}`,
      value: (largest?.times.get(name) ?? Number.NaN) / (middle?.times.get(name) ?? Number.NaN),
      atMost: 1.5,
    },
  ]);
}

export async function measureVerification({ audit }: MeasuredLog, size: number): Promise<Figure[]> {
  const rates: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const started = performance.now();
    const { valid, problems } = await audit.verify();
    if (!valid) throw new Error(`the measured log does not verify: ${problems[0]?.problem}`);
    rates.push((size * 1_000) / (performance.now() - started));
  }
  return [
    { name: `records verified a second, of ${size.toLocaleString('en-US')}`, value: median(rates), atLeast: 200_000 },
  ];
}

/** In a process of its own, whose memory is the export's. */
export async function measureExport(connectionString: string, size: number): Promise<Figure[]> {
  const script = fileURLToPath(new URL('./export-alone.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, connectionString]);
  const { records, seconds, peakMegabytes } = JSON.parse(stdout) as Record<string, number>;
  if (records !== size + 2) throw new Error(`the export holds ${records} lines, not those of ${size} records`);
  return [
    {
      name: `memory of a process that exports ${size.toLocaleString('en-US')} records with proofs, MB`,
      value: peakMegabytes ?? Number.NaN,
      atMost: 200,
    },
    { name: 'records exported a second', value: size / (seconds ?? Number.NaN) },
  ];
}
