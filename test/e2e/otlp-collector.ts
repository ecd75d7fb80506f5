import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface SeenSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
}
interface Attribute {
  key: string;
  value: { stringValue?: string };
}
interface Export {
  resourceSpans?: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: Omit<SeenSpan, 'service'>[] }[];
  }[];
  resourceMetrics?: { scopeMetrics: { metrics: { name: string }[] }[] }[];
}

const spansOf = ({ resource, scopeSpans }: NonNullable<Export['resourceSpans']>[number]): SeenSpan[] => {
  const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
  return scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service })));
};

/** A collector that takes OTLP over HTTP in JSON, and keeps what it was sent. */
export async function startCollector() {
  const spans: SeenSpan[] = [];
  const metrics = new Set<string>();
  const headers: (string | undefined)[] = [];
  let down = false;
  const take = ({ resourceSpans = [], resourceMetrics = [] }: Export): void => {
    spans.push(...resourceSpans.flatMap(spansOf));
    const scopes = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics);
    for (const { name } of scopes.flatMap((scope) => scope.metrics)) metrics.add(name);
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      headers.push(request.headers['x-collector-key'] as string | undefined);
      if (down) return response.writeHead(503).end();
      take(JSON.parse(body) as Export);
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    metrics,
    headers,
    goDown: (gone: boolean) => {
      down = gone;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
export type Collector = Awaited<ReturnType<typeof startCollector>>;
