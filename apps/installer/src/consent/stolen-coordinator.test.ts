import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { ApproverKeys } from '@mcp-coordinator/contract/consent.contract';
import { type ActionOutcome, INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { createAuthenticator, type SoftAuthenticator } from '@mcp-coordinator/core/testing/soft-authenticator';
import type { Client } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeCoordinator, startFakeCoordinator } from '../testing/fake-coordinator.ts';
import { KILOCODE, MEMORY, makeRoots, type Roots } from '../testing/installer-rig.ts';
import { approvalOf, grantedWith, type Proposal, proposalOf } from '../testing/signed-proposal.ts';

const bin = fileURLToPath(new URL('../../bin/mcp-installer.mjs', import.meta.url));
const APPROVERS = 'approvers.json';
const install: Action = {
  ...{ id: 'a1', type: 'install_server', serverName: 'memory', ...MEMORY },
  env: { MEMORY_FILE_PATH: '/tmp/memory.json' },
};

const [ana, bea, stranger] = [createAuthenticator(), createAuthenticator(), createAuthenticator()];
const pin = (username: string, { id, coseKey }: SoftAuthenticator) => ({
  username,
  passkeys: [{ credentialId: id, publicKey: coseKey }],
});
const pinned: ApproverKeys = {
  ...{ quorum: 1, rpId: 'localhost', origins: ['http://localhost:3000'] },
  approvers: [pin('ana', ana), pin('bea', bea)],
};

/**
 * The coordinator of these tests is in the hands of a thief: it holds the keys that grants are signed with, and says whatever
 * it likes about votes, people and passkeys. The agent is the real program, the file is a real file.
 */
let roots: Roots;
let coordinator: FakeCoordinator;
let child: ChildProcess;
let client: Client;
let before: { text: string; changedAt: number };

beforeEach(async () => {
  roots = makeRoots({ [KILOCODE]: { mcpServers: { off: { command: 'x', disabled: true } } } });
  coordinator = await startFakeCoordinator();
});
afterEach(async () => {
  child.kill('SIGKILL');
  await coordinator.stop();
  roots.remove();
});

const fileNow = () => ({ text: roots.read(KILOCODE), changedAt: statSync(roots.at(KILOCODE)).mtimeMs });

async function enrol(keys: ApproverKeys = pinned): Promise<void> {
  roots.write(APPROVERS, keys);
  chmodSync(roots.at(APPROVERS), 0o600);
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', HOME: roots.home, INSTALLER_CAPTURE: 'off', LOG_LEVEL: 'warn' },
    ...{ COORDINATOR_URL: coordinator.url, COORDINATOR_API_KEY: 'mcpk_test' },
    ...{ INSTALLER_HOME: roots.home, INSTALLER_WORKSPACE: roots.workspace, INSTALLER_DATA_DIR: roots.data },
    INSTALLER_APPROVER_KEYS: roots.at(APPROVERS),
  };
  const link = coordinator.nextLink();
  child = spawn(process.execPath, [bin, 'serve', '--exit-with-parent'], { env, stdio: ['pipe', 'ignore', 'inherit'] });
  client = await link;
  before = fileNow();
}

async function preview(action: Action) {
  const { structuredContent } = await client.callTool({ name: 'preview_change', arguments: { actions: [action] } });
  const { plans, resolvedActions, refused } = INSTALLER_TOOLS.preview_change.output.parse(structuredContent);
  const [[plan], [resolved]] = [plans, resolvedActions];
  if (!plan || !resolved) throw new Error(refused[0]?.reason ?? 'no plan');
  return { plan, action: resolved };
}
type Previewed = Awaited<ReturnType<typeof preview>>;

const proposed = async (action: Action = install): Promise<Previewed & { proposal: Proposal }> => {
  const previewed = await preview(action);
  return { ...previewed, proposal: proposalOf([previewed.action], [previewed.plan]) };
};

async function call(
  operation: 'apply' | 'rollback',
  executionId: string,
  { action, plan }: Previewed,
  claims: object,
): Promise<ActionOutcome> {
  const grant = await coordinator.grant(operation, executionId, action, plan.planDigest, claims);
  const name = operation === 'apply' ? action.type : 'rollback_change';
  const args = { executionId, action, grant, ...(operation === 'apply' ? {} : { reason: 'r' }) };
  const { structuredContent } = await client.callTool({ name, arguments: args });
  return (structuredContent as { outcome: ActionOutcome }).outcome;
}
const apply = (previewed: Previewed, claims: object, executionId = 'e1') =>
  call('apply', executionId, previewed, claims);

/** Refused, in words for who reads them, and neither the file nor the journal knows of it. */
function expectNothing(outcome: ActionOutcome): void {
  expect(outcome, outcome.error ?? '').toMatchObject({ status: 'refused' });
  expect(outcome.error).toMatch(/Nothing was changed/);
  expect(fileNow()).toEqual(before);
  expect(readdirSync(join(roots.data, 'journal'))).toEqual([]);
}

describe('the honest road', () => {
  it('carries out what a pinned approver signed, says who it was, and undoes it to the byte', async () => {
    await enrol();
    expect(coordinator.registrations[0]).toMatchObject({ consent: { quorum: 1, approvers: ['ana', 'bea'] } });
    const { proposal, ...previewed } = await proposed();
    const claims = grantedWith(proposal, 'a1', [approvalOf('ana', ana, proposal.digest)]);
    const done = await apply(previewed, claims);
    expect(done, done.error ?? '').toMatchObject({ status: 'completed' });
    expect(done.log).toContain('verified the passkeys of ana on this machine');
    expect(JSON.parse(roots.read(KILOCODE))).toMatchObject({ mcpServers: { memory: MEMORY } });
    expect(await call('rollback', 'e1', previewed, claims)).toMatchObject({ status: 'rolled_back' });
    expect(roots.read(KILOCODE)).toBe(before.text);
  });

  it('asks for as many people as are demanded on the machine', async () => {
    await enrol({ ...pinned, quorum: 2 });
    const { proposal, ...previewed } = await proposed();
    const [first, again, other] = [
      approvalOf('ana', ana, proposal.digest),
      approvalOf('bea', ana, proposal.digest),
      approvalOf('bea', bea, proposal.digest),
    ];
    expectNothing(await apply(previewed, grantedWith(proposal, 'a1', [first, first, again])));
    const done = await apply(previewed, grantedWith(proposal, 'a1', [first, other]));
    expect(done.log).toContain('verified the passkeys of ana, bea on this machine');
  });
});

describe('a thief with every key of the coordinator makes the machine change nothing', () => {
  it('with votes of its own, and a grant that carries no signature', async () => {
    await enrol();
    const { proposal, ...previewed } = await proposed();
    expectNothing(await apply(previewed, grantedWith(proposal, 'a1', [])));
    expectNothing(await apply(previewed, {}));
  });

  it.each<[string, (digest: string) => ReturnType<typeof approvalOf>]>([
    ['a passkey that it registered for an approver', (digest) => approvalOf('ana', stranger, digest)],
    [
      'a signature of its own under an approver’s passkey',
      (digest) => ({ ...approvalOf('ana', stranger, digest), credentialId: ana.id }),
    ],
    ['the approval of another proposal', () => approvalOf('ana', ana, `sha256:${'7'.repeat(64)}`)],
    ['what an approver signed to sign in', () => approvalOf('ana', ana, null)],
    ['an approval without a look at the finger', (digest) => approvalOf('ana', ana, digest, { userVerified: false })],
    ['an approval for another site', (digest) => approvalOf('ana', ana, digest, { rpId: 'evil.example' })],
    ['an approval on another page', (digest) => approvalOf('ana', ana, digest, { origin: 'http://evil.example' })],
    ['an approval in a frame', (digest) => approvalOf('ana', ana, digest, { crossOrigin: true })],
    ['a registration', (digest) => approvalOf('ana', ana, digest, { type: 'webauthn.create' })],
    [
      'a challenge with more behind the digest',
      (digest) =>
        approvalOf('ana', ana, digest, {
          challenge: Buffer.concat([Buffer.from(digest.slice(7), 'hex'), Buffer.alloc(64)]).toString('base64url'),
        }),
    ],
  ])('with %s', async (_, approval) => {
    await enrol();
    const { proposal, ...previewed } = await proposed();
    expectNothing(await apply(previewed, grantedWith(proposal, 'a1', [approval(proposal.digest)])));
  });

  it('with another argument, variable or value than was approved, however it dresses it up', async () => {
    await enrol();
    const { proposal, ...approved } = await proposed();
    const approvals = [approvalOf('ana', ana, proposal.digest)];
    const changes: Action[] = [
      { ...install, args: [...MEMORY.args, '--evil'] },
      { ...install, env: { ...install.env, NODE_OPTIONS: '--require /tmp/evil.js' } },
      { ...install, env: { MEMORY_FILE_PATH: '/tmp/evil.json' } },
      { ...install, serverName: 'memory2' },
    ];
    for (const change of changes) {
      const evil = await preview(change);
      const honest = grantedWith(proposal, 'a1', approvals);
      expectSame(await apply(evil, honest));
      // The approved plan for the other action: the machine computes it itself, and sees another one.
      const outcome = await apply({ action: evil.action, plan: approved.plan }, honest, `e-${changes.indexOf(change)}`);
      expect(['refused', 'stale']).toContain(outcome.status);
      expect(fileNow()).toEqual(before);
      // A proposal made anew around it, under the old signature.
      const dressed = proposalOf([evil.action], [evil.plan]);
      expectSame(await apply(evil, grantedWith(dressed, 'a1', approvals), 'e9'));
      expectSame(
        await apply(evil, { ...grantedWith(dressed, 'a1', approvals), proposalDigest: proposal.digest }, 'e9'),
      );
    }
  });

  it('with an approval that was kept until its time was over', async () => {
    await enrol();
    const previewed = await preview(install);
    const proposal = proposalOf([previewed.action], [previewed.plan], { validUntil: '2026-01-01T00:00:00.000Z' });
    const approvals = [approvalOf('ana', ana, proposal.digest)];
    expectNothing(await apply(previewed, grantedWith(proposal, 'a1', approvals)));
    const { consent } = grantedWith(proposal, 'a1', approvals);
    const later = { ...consent, validUntil: '2100-01-01T00:00:00.000Z' };
    expectNothing(await apply(previewed, { ...grantedWith(proposal, 'a1', approvals), consent: later }));
  });

  it('with an approval that was used, when the file is again as it was, over a restart too', async () => {
    await enrol();
    const { proposal, ...previewed } = await proposed();
    const claims = grantedWith(proposal, 'a1', [approvalOf('ana', ana, proposal.digest)]);
    expect(await apply(previewed, claims)).toMatchObject({ status: 'completed' });
    roots.write(KILOCODE, before.text);
    before = fileNow();
    expect((await preview(install)).plan.planDigest).toBe(previewed.plan.planDigest);
    expectSame(await apply(previewed, claims, 'e2'));
    // The same ids get the answer of then, and nothing is done.
    expect(await apply(previewed, claims)).toMatchObject({ status: 'completed', replayed: true });
    expect(fileNow()).toEqual(before);
    child.kill('SIGKILL');
    await enrol();
    expectSame(await apply(previewed, claims, 'e3'));
    expect(readdirSync(join(roots.data, 'journal'))).toHaveLength(1);
  });

  it('nor undo anything without what was signed for it', async () => {
    await enrol();
    const { proposal, ...previewed } = await proposed();
    const claims = grantedWith(proposal, 'a1', [approvalOf('ana', ana, proposal.digest)]);
    expect(await apply(previewed, claims)).toMatchObject({ status: 'completed' });
    before = fileNow();
    expectSame(await call('rollback', 'e1', previewed, { proposalDigest: proposal.digest }));
    const another = proposalOf([previewed.action], [previewed.plan], { proposalId: 'P-2' });
    const unused = grantedWith(another, 'a1', [approvalOf('bea', bea, another.digest)]);
    expectSame(await call('rollback', 'e1', previewed, unused));
    expect(await call('rollback', 'e1', previewed, claims)).toMatchObject({ status: 'rolled_back' });
  });
});

/** Refused, and the file is what it was. */
function expectSame(outcome: ActionOutcome): void {
  expect(outcome).toMatchObject({ status: 'refused' });
  expect(fileNow()).toEqual(before);
}
