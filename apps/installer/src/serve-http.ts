import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type NodeIncomingMessageLike,
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
  toWebRequest,
} from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, type McpServer } from '@modelcontextprotocol/server';
import { RecentEvents } from './recent-events.ts';
import { acceptsHost, acceptsOrigin } from './serve-http-names.ts';

const PATH = '/mcp';
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** Clients of the older revision hold a session; the one that was silent longest makes room. */
const SESSIONS_MAX = 32;
/** When a client whose stream broke comes back. */
const RETRY_MS = 1000;

export interface HttpOptions {
  /** Makes a server for a connection, or for a single request. */
  readonly makeServer: () => McpServer;
  /** Whoever has it may see what the installer sees, and ask for changes. */
  readonly token: string;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly onError: (error: Error) => void;
}

export interface HttpServing {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves MCP over Streamable HTTP in both revisions, to callers with the token that name this very host. */
export async function serveHttp(options: HttpOptions): Promise<HttpServing> {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
  const modern = toNodeHandler(createMcpHandler(options.makeServer, { legacy: 'reject' }), {
    onerror: options.onError,
  });
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      options.onError(error instanceof Error ? error : new Error(String(error)));
      if (!response.headersSent) refuse(response, 500, 'The request could not be served.');
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isAllowed(request, response, options)) return;
    const body = request.method === 'POST' ? await readBody(request, response) : undefined;
    if (body === null) return;
    const session = sessions.get(String(request.headers['mcp-session-id'] ?? ''));
    if (session !== undefined) return touch(session).handleRequest(request, response, body);
    // The library's type of a request leaves no room for members that are undefined, as Node's own are.
    const like = request as NodeIncomingMessageLike;
    if (!(await isLegacyRequest(await toWebRequest(like, body), body))) return modern(like, response, body);
    const transport = newSession();
    await options.makeServer().connect(transport);
    await transport.handleRequest(request, response, body);
  }

  function newSession(): NodeStreamableHTTPServerTransport {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: new RecentEvents(),
      retryInterval: RETRY_MS,
      onsessioninitialized: (id) => {
        sessions.set(id, transport);
        const [oldest] = sessions.size > SESSIONS_MAX ? sessions.values() : [];
        void oldest?.close();
      },
      onsessionclosed: (id) => void sessions.delete(id),
    });
    transport.onclose = () => void sessions.delete(transport.sessionId ?? '');
    return transport;
  }

  /** The map keeps the order of last use. */
  function touch(transport: NodeStreamableHTTPServerTransport): NodeStreamableHTTPServerTransport {
    const id = transport.sessionId ?? '';
    sessions.delete(id);
    sessions.set(id, transport);
    return transport;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const name = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${name}:${port}${PATH}`,
    async close() {
      await Promise.all([...sessions.values()].map((transport) => transport.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A page in a browser must not get here, by a name that it made point here or from another site; nor anyone without the token. */
function isAllowed(request: IncomingMessage, response: ServerResponse, { host, token }: HttpOptions): boolean {
  const { headers } = request;
  if (!acceptsHost(headers.host, host)) return refuse(response, 403, 'This host name is not served here.');
  if (!acceptsOrigin(headers.origin, host)) return refuse(response, 403, 'Pages of this origin are not served here.');
  if (!isToken(headers.authorization, token)) {
    response.setHeader('www-authenticate', 'Bearer');
    return refuse(response, 401, 'The bearer token is missing or wrong.');
  }
  const path = (request.url ?? '').split('?')[0];
  return path === PATH ? true : refuse(response, 404, `There is nothing here; MCP is served at ${PATH}.`);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In the same time whatever is sent. */
function isToken(header: string | undefined, token: string): boolean {
  const [, sent = ''] = /^Bearer (.{1,4096})$/i.exec(header ?? '') ?? [];
  return timingSafeEqual(digest(sent), digest(token));
}

function refuse(response: ServerResponse, status: number, message: string): false {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }));
  return false;
}

/** The parsed body, or null after a refusal. */
async function readBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) {
      refuse(response, 413, 'The request is too large.');
      return null;
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    refuse(response, 400, 'The request is no JSON.');
    return null;
  }
}
