import { context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type Figure, figuresProducer } from './figures-producer.ts';
import type { OtlpTarget } from './otlp-target.ts';

export interface TelemetryOptions {
  /** `service.name`, `service.version` and `service.instance.id`. */
  readonly service: { readonly name: string; readonly version: string; readonly instance: string };
  /** What the process measures; nothing is exported where absent. */
  readonly figures?: (() => Promise<readonly Figure[]>) | undefined;
  /** A collector that is away or refuses is no reason to stop: what could not be sent is told here. */
  readonly onTrouble: (message: string) => void;
}

const SPANS_EVERY_MS = 1_000;
const METRICS_EVERY_MS = 10_000;
const EXPORT_WITHIN_MS = 5_000;

/** Exports traces and metrics by OTLP over HTTP until it is stopped; once in a process. Without a target spans cost nothing. */
export function startTelemetry(
  target: OtlpTarget | null,
  options: TelemetryOptions,
): { stop: () => Promise<void> } | null {
  if (target === null) return null;
  const { service, figures, onTrouble } = options;
  const quiet = () => undefined;
  diag.setLogger(
    { error: onTrouble, warn: onTrouble, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const resource = resourceFromAttributes({
    'service.name': service.name,
    'service.version': service.version,
    'service.instance.id': service.instance,
  });
  const to = (signal: 'traces' | 'metrics') => ({
    url: `${target.endpoint.replace(/\/$/, '')}/v1/${signal}`,
    headers: { ...target.headers },
    timeoutMillis: EXPORT_WITHIN_MS,
  });
  const tracing = new TracerProvider({
    resource,
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(to('traces')),
        scheduledDelayMillis: SPANS_EVERY_MS,
        exportTimeoutMillis: EXPORT_WITHIN_MS,
      }),
    ],
  });
  trace.setGlobalTracerProvider(tracing);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const metering = figures && meteringOf(resource, figures, new OTLPMetricExporter(to('metrics')));
  return {
    stop: async () => {
      await Promise.allSettled([tracing.shutdown(), metering?.shutdown()]);
    },
  };
}

const meteringOf = (
  resource: ReturnType<typeof resourceFromAttributes>,
  figures: () => Promise<readonly Figure[]>,
  exporter: OTLPMetricExporter,
): MeterProvider =>
  new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter,
        exportIntervalMillis: METRICS_EVERY_MS,
        exportTimeoutMillis: EXPORT_WITHIN_MS,
        metricProducers: [figuresProducer(figures, Date.now())],
      }),
    ],
  });
