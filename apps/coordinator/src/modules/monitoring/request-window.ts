import { NO_RESPONSE_TIMES, type ResponseTimes } from '@mcp-coordinator/contract/monitoring.contract';
import type { Clock } from '../../runtime.ts';
import { rounded } from './machine-figures.ts';

/** How this process answered lately. Milliseconds; `errorRate` is the share of 5xx in percent. */
export interface RequestFigures {
  readonly responseTime: Readonly<ResponseTimes>;
  readonly errorRate: number;
}
export interface RequestWindow {
  observe(durationMs: number, failed: boolean): void;
  figures(): RequestFigures;
}

const SLICE_MS = 10_000;
const SLICES = 30;
/** Buckets grow by a tenth each, so that a percentile is off by a tenth at most: from 0.1 ms to about 100 s. */
const SMALLEST_MS = 0.1;
const GROWTH = Math.log(1.1);
const BUCKETS = 146;

interface Slice {
  number: number;
  count: number;
  failed: number;
  sumMs: number;
  maxMs: number;
  readonly buckets: Uint32Array;
}

const bucketOf = (ms: number): number =>
  Math.min(BUCKETS - 1, Math.max(0, Math.ceil(Math.log(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) / GROWTH)));
const upperBoundMs = (bucket: number): number => SMALLEST_MS * Math.exp(bucket * GROWTH);

/** The last five minutes, in memory that does not grow with the number of requests. */
export function createRequestWindow(clock: Clock): RequestWindow {
  const slices: Slice[] = Array.from({ length: SLICES }, () => emptySlice(-1));
  const sliceNumber = (): number => Math.floor(clock().getTime() / SLICE_MS);
  return {
    observe: (durationMs, failed) => {
      const number = sliceNumber();
      let slice = slices[number % SLICES];
      if (slice?.number !== number) {
        slice = emptySlice(number);
        slices[number % SLICES] = slice;
      }
      slice.count += 1;
      slice.failed += failed ? 1 : 0;
      slice.sumMs += durationMs;
      slice.maxMs = Math.max(slice.maxMs, durationMs);
      const bucket = bucketOf(durationMs);
      slice.buckets[bucket] = (slice.buckets[bucket] ?? 0) + 1;
    },
    figures: () => {
      const oldest = sliceNumber() - SLICES;
      return figuresOf(slices.filter(({ number }) => number > oldest));
    },
  };
}

const emptySlice = (number: number): Slice => ({
  number,
  count: 0,
  failed: 0,
  sumMs: 0,
  maxMs: 0,
  buckets: new Uint32Array(BUCKETS),
});

function figuresOf(slices: readonly Slice[]): RequestFigures {
  const total = (figure: 'count' | 'failed' | 'sumMs'): number => slices.reduce((sum, slice) => sum + slice[figure], 0);
  const count = total('count');
  if (count === 0) return { responseTime: NO_RESPONSE_TIMES, errorRate: 0 };
  return {
    responseTime: {
      average: rounded(total('sumMs') / count),
      p50: rounded(percentile(slices, 0.5 * count)),
      p95: rounded(percentile(slices, 0.95 * count)),
      p99: rounded(percentile(slices, 0.99 * count)),
    },
    errorRate: rounded((100 * total('failed')) / count),
  };
}

/** The upper bound of the bucket that holds it, but never more than was measured. */
function percentile(slices: readonly Slice[], rank: number): number {
  const maxMs = Math.max(...slices.map((slice) => slice.maxMs));
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS - 1; bucket += 1) {
    for (const slice of slices) seen += slice.buckets[bucket] ?? 0;
    if (seen >= rank) return Math.min(maxMs, upperBoundMs(bucket));
  }
  return maxMs;
}
