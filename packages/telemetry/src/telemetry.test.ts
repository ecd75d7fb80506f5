import { describe, expect, it } from 'vitest';
import { figuresProducer } from './figures-producer.ts';
import { otlpTarget } from './otlp-target.ts';
import { type Traceable, traceRequests } from './traced-transport.ts';
import { carrierOf, traceCarrier } from './tracing.ts';

describe('where a process exports to', () => {
  it('is nowhere unless it was told', () => {
    expect(otlpTarget({})).toBeNull();
    expect(otlpTarget({ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' })).toBeNull();
    expect(traceCarrier()).toEqual({});
  });

  it('has the headers that were given, decoded', () => {
    const OTEL_EXPORTER_OTLP_ENDPOINT = 'https://collector.example:4318';
    expect(otlpTarget({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%2Cb=, x = 1' })).toEqual({
      endpoint: OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: { 'api-key': 'a,b=', x: '1' },
    });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a secret without a name'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'key=%zz'],
  ])('%s that is not understood is refused by its name, without its value', (name, value) => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', [name]: value };
    const refused = () => otlpTarget(environment);
    expect(refused).toThrow(name);
    expect(refused).not.toThrow(value);
  });
});

it('a place to go on from is taken from strangers only where it can be one', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(carrierOf({ traceparent, other: 1 })).toEqual({ traceparent });
  for (const given of [null, undefined, 'x', {}, { traceparent: 7 }, { traceparent: 'x'.repeat(56) }])
    expect(carrierOf(given)).toEqual({});
});

it('a transport that is traced hands on every message, both ways, whoever listens and whenever', async () => {
  const sent: unknown[] = [];
  const transport: Traceable<object> = {
    send: (message) => {
      sent.push(message);
      return Promise.resolve();
    },
  };
  traceRequests(transport);
  expect(transport.onmessage).toBeUndefined();
  const heard: unknown[] = [];
  transport.onmessage = (message) => void heard.push(message);
  const messages = [
    { id: 1, method: 'tools/call', params: { name: 'list_servers', _meta: { traceparent: 'rubbish' } } },
    { method: 'notifications/initialized' },
    { id: 9, result: {} },
  ];
  for (const message of messages) transport.onmessage(message);
  expect(heard).toEqual(messages);
  const answers = [
    { id: 1, result: { isError: true } },
    { id: 1, error: { code: -32_603 } },
    { id: 2, method: 'ping' },
  ];
  for (const answer of answers) await transport.send(answer);
  expect(sent).toEqual(answers);
});

it('a histogram goes out with each bucket for itself', async () => {
  const bucket = (le: string, value: number) => ({ suffix: '_bucket', labels: { le }, value });
  const samples = [
    ...[bucket('0.5', 2), bucket('1', 5), bucket('+Inf', 6)],
    ...[
      { suffix: '_sum', value: 7.5 },
      { suffix: '_count', value: 6 },
    ],
  ];
  const figures = [{ name: 'seconds', help: 'How long.', type: 'histogram', samples } as const];
  const { resourceMetrics } = await figuresProducer(() => Promise.resolve(figures), 0).collect();
  expect(resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints).toMatchObject([
    { value: { buckets: { boundaries: [0.5, 1], counts: [2, 3, 1] }, sum: 7.5, count: 6 } },
  ]);
});
