import { type Attributes, ValueType } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';

/** One family as the product exposes it: a histogram's samples carry the suffix of their part. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly {
    readonly suffix?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

/** The same figures that a scraper gets, as OTLP metrics: there is one account of them, not two. */
export const figuresProducer = (figures: () => Promise<readonly Figure[]>, startedAtMs: number): MetricProducer => ({
  collect: async () => {
    const now = Date.now();
    const metrics = (await figures()).map((figure) => toMetric(figure, startedAtMs, now));
    return {
      resourceMetrics: { resource: emptyResource(), scopeMetrics: [{ scope: { name: 'mcp-coordinator' }, metrics }] },
      errors: [],
    };
  },
});

function toMetric({ name, help, type, samples }: Figure, startMs: number, endMs: number): MetricData {
  const at = { startTime: millisToHrTime(startMs), endTime: millisToHrTime(endMs) };
  const point = <T>(value: T, attributes: Attributes = {}): DataPoint<T> => ({ ...at, attributes, value });
  const common = {
    descriptor: { name, description: help, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (type === 'histogram') {
    return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints: [point(histogramOf(samples))] };
  }
  const dataPoints = samples.map(({ value, labels }) => point(value, { ...labels }));
  return type === 'counter'
    ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
}

/** Prometheus counts each bucket with all below it; here each stands for itself. */
function histogramOf(samples: Figure['samples']): Histogram {
  const of = (suffix: string) => samples.filter((sample) => sample.suffix === suffix);
  const buckets = of('_bucket');
  return {
    buckets: {
      boundaries: buckets.map(({ labels }) => Number(labels?.['le'])).filter(Number.isFinite),
      counts: buckets.map(({ value }, index) => value - (buckets[index - 1]?.value ?? 0)),
    },
    sum: of('_sum')[0]?.value ?? 0,
    count: of('_count')[0]?.value ?? 0,
  };
}
