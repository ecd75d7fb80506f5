import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGrantVerifier, type VerifyGrant } from '@mcp-coordinator/client/agent/grant-verifier';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { composeExecutor } from '../compose.ts';
import type { Executor } from '../execution/executor.ts';
import { complianceServer } from '../tools/compliance-server.ts';
import { NOW } from './subjects.ts';

const AUDIENCE = { issuer: 'https://coordinator.test', serverId: 'compliance-server', nonce: 'n'.repeat(43) };

/** A compliance server over an in-memory link, the coordinator's keys, and a clock that stands still. */
export async function linkedServer(folder?: string) {
  const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'compliance-')));
  const executor: Executor = { ...(await composeExecutor(dataDir)), clock: { now: () => NOW, steadyMs: () => 0 } };
  const keys = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'EdDSA' };
  const client = await connect(executor, createGrantVerifier(createLocalJWKSet({ keys: [jwk] }), AUDIENCE));
  return { client, executor, dataDir, grant: grantMaker(keys.privateKey) };
}

/** A client of a server that stands alone. */
export async function aloneServer(answer?: { action: 'accept' | 'decline'; content?: Record<string, boolean> }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'compliance-'));
  const executor = await composeExecutor(dataDir);
  return { client: await connect(executor, null, answer), executor };
}

async function connect(
  executor: Executor,
  verifyGrant: VerifyGrant | null,
  answer?: Parameters<typeof aloneServer>[0],
): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  serveStdio(() => complianceServer(executor, verifyGrant), { transport: far });
  const client = new Client(
    { name: 'test', version: '1' },
    answer === undefined ? {} : { capabilities: { elicitation: { form: {} } } },
  );
  if (answer !== undefined) client.setRequestHandler('elicitation/create', () => Promise.resolve(answer));
  await client.connect(near);
  return client;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Signs grants as the coordinator does; overrides make them wrong. */
function grantMaker(key: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']) {
  return (
    operation: 'apply' | 'rollback',
    action: Action,
    executionId: string,
    planDigest: string,
    over: Record<string, unknown> = {},
  ): Promise<string> =>
    new SignJWT({
      operation,
      executionId,
      proposalId: 'p1',
      actionId: action.id,
      actionDigest: digestJson(action, sha256),
      planDigest,
      proposalDigest: 'd',
      nonce: AUDIENCE.nonce,
      jti: randomUUID(),
      ...over,
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'mcp-grant+jwt', kid: 'k1' })
      .setIssuer(AUDIENCE.issuer)
      .setAudience(AUDIENCE.serverId)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(key);
}
