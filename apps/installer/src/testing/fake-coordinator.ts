import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import { LinkTransport, linkPath } from '@mcp-coordinator/contract/link-transport';
import type { RegisterInstaller } from '@mcp-coordinator/contract/servers.contract';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { Client, type JSONRPCMessage } from '@modelcontextprotocol/client';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { WebSocketServer } from 'ws';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A real HTTP and WebSocket server that does what the coordinator does towards one installer: the port tests speak to. */
export async function startFakeCoordinator() {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' };
  const nonces: string[] = [];
  const registrations: RegisterInstaller[] = [];
  const proposals: unknown[] = [];
  const inventories: Inventory[] = [];
  const waiting: ((client: Client) => void)[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse, body: string) => {
    response.setHeader('content-type', 'application/json');
    const send = (status: number, value: object) => response.writeHead(status).end(JSON.stringify(value));
    if (request.url === '/.well-known/jwks.json') return send(200, { keys: [jwk], endorsements: [] });
    if (request.headers.authorization !== 'Bearer mcpk_test') return send(401, { detail: 'unknown key' });
    if (request.url === '/api/v1/remediations/propose') {
      proposals.push(JSON.parse(body));
      return send(201, { success: true, proposalId: 'proposal-1' });
    }
    if (request.method === 'PUT' && request.url === '/api/v1/servers/generic-mcp-installer/configuration') {
      const inventory = JSON.parse(body) as Inventory;
      inventories.push(inventory);
      const taken = { serverId: 'generic-mcp-installer', servers: inventory.servers.length };
      return send(200, { success: true, ...taken, receivedAt: new Date(0).toISOString() });
    }
    const registration = JSON.parse(body) as RegisterInstaller & { nonce: string };
    const { installerId, nonce } = registration;
    registrations.push(registration);
    nonces.push(nonce);
    const registered = {
      serverId: installerId,
      kind: 'installer',
      status: 'unknown',
      registeredAt: new Date(0).toISOString(),
    };
    const link = `${url.replace('http', 'ws')}${linkPath(installerId)}`;
    return send(201, { success: true, ...registered, link, jwks: `${url}/.well-known/jwks.json` });
  };
  const http: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => answer(request, response, body));
  });
  const sockets = new WebSocketServer({ server: http, allowSynchronousEvents: false });
  sockets.on('connection', (socket) => {
    const client = new Client({ name: 'fake-coordinator', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    void client.connect(new LinkTransport<JSONRPCMessage>(socket) as never).then(() => waiting.shift()?.(client));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  const grant = (
    operation: 'apply' | 'rollback',
    executionId: string,
    action: Action,
    planDigest: string,
    other: object = {},
  ) =>
    new SignJWT({
      ...{
        operation,
        executionId,
        proposalId: 'proposal-1',
        actionId: action.id,
        planDigest,
        proposalDigest: `sha256:${sha256(executionId)}`,
      },
      ...{
        actionDigest: digestJson(action, sha256),
        nonce: nonces.at(-1),
        iat: 1_700_000_000,
        exp: 1_700_000_600,
        jti: randomUUID(),
      },
      ...{ iss: url, aud: 'generic-mcp-installer', ...other },
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'mcp-grant+jwt', kid: 'k1' })
      .sign(privateKey);

  return {
    url,
    grant,
    /** What the installer said of itself, each time it dialled in. */
    registrations,
    proposals,
    /** What was reported by itself, in order. */
    inventories,
    /** The MCP client of the next link that comes up. */
    nextLink: () => new Promise<Client>((resolve) => waiting.push(resolve)),
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
export type FakeCoordinator = Awaited<ReturnType<typeof startFakeCoordinator>>;
