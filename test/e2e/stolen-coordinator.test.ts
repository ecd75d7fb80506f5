import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createClient } from '@mcp-coordinator/client/http';
import type { Client } from '@mcp-coordinator/client/route-call';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { createAuthenticator } from '@mcp-coordinator/core/testing/soft-authenticator';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type ExternalDatabase, makeDatabase } from './make-database.ts';
import {
  accepted,
  addPerson,
  allHealthy,
  approve,
  type Execution,
  type Person,
  propose,
  refusedAs,
  run,
  signIn,
  untilOver,
} from './people.ts';
import { makePlace, type Place, type System, startSystem } from './start-system.ts';

/** Where people open the dashboard, and so what their passkeys are for. */
const PUBLIC_URL = 'http://localhost:3999';
const FILE = '.kilocode/mcp.json';
const BEFORE = '{\n  // kept by hand\n  "mcpServers": { "off": { "command": "true", "disabled": true } }\n}\n';
const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-memory/package.json');
const MEMORY = join(dirname(manifest), 'dist/index.js');
const install = (id: string, ...more: string[]): Action => ({
  ...{ id, type: 'install_server', serverName: 'memory', command: process.execPath, args: [MEMORY, ...more] },
});

const [passkey, stolen] = [createAuthenticator(), createAuthenticator()];
const pinned = {
  ...{ quorum: 1, rpId: 'localhost', origins: [PUBLIC_URL] },
  approvers: [{ username: 'the-approver', passkeys: [{ credentialId: passkey.id, publicKey: passkey.coseKey }] }],
};

/** The whole product with an installer that verifies by itself; whoever has `sql` has the coordinator's database. */
let place: Place;
let database: ExternalDatabase;
let system: System;
let [admin, user, approver]: Person[] = [];

beforeAll(async () => {
  place = makePlace({ [FILE]: BEFORE });
  database = makeDatabase(inject('pgUrl'), 'stolen_coordinator', 'stolen_coordinator', 'secure_password');
  const env = {
    ...database.env,
    PUBLIC_URL,
    INSTALLER_APPROVER_KEYS: JSON.stringify(pinned),
    INSTALLER_CAPTURE: 'off',
  };
  system = await startSystem(place, { env });
  admin = await signIn(system.url);
  await allHealthy(admin);
  user = await addPerson(admin, system.url, 'user');
  approver = await withPasskey(await addPerson(admin, system.url, 'approver'));
}, 240_000);
afterAll(async () => {
  await system?.crash();
  database?.drop();
  place?.remove();
});

const present = (): { admin: Person; user: Person; approver: Person } => {
  if (!admin || !user || !approver) throw new Error('the people are not there yet');
  return { admin, user, approver };
};

async function withPasskey({ username, password, call }: Person): Promise<Person> {
  const { publicKey } = accepted(await call.beginPasskey({ body: { password } }));
  const registration = passkey.register(publicKey, { origin: PUBLIC_URL });
  const { token } = accepted(await call.addPasskey({ body: { name: 'key', registration } }));
  const credential = { kind: 'bearer', token } as const;
  return { username, password, token, call: createClient({ baseUrl: system.url, credential, attemptsMax: 1 }) };
}

/** Approves with the passkey, as the review page does. */
async function sign(call: Client, proposalId: string): Promise<string> {
  const { publicKey } = accepted(await call.beginStepUp({ body: { purpose: 'approve', proposalId } }));
  const assertion = passkey.assert(publicKey, { origin: PUBLIC_URL });
  const body = { reason: 'It was reviewed', proposalId, assertion };
  const { approvalToken } = accepted(await call.mintApprovalToken({ body }));
  const decision = {
    approvalId: `approval-${proposalId}`,
    decision: 'approved',
    reason: 'Right',
    approvalToken,
  } as const;
  accepted(await call.decideApproval({ body: { ...decision, proposalId } }));
  return approvalToken;
}

const sql = (statement: string): string =>
  database.client('psql', [
    ...['-U', 'stolen_coordinator', '-d', 'stolen_coordinator', '-v', 'ON_ERROR_STOP=1', '-Atqc', statement],
  ]);

/** What the honest program would refuse by the stored demand, the thief takes out of its way. */
const forgetDemand = () => sql('update servers set consent = null');

/** A vote that nobody cast, in the name of the approver, with whatever stands in the token beside it. */
function forgeVote(proposalId: string, assertion: Record<string, string> = {}): void {
  const columns = Object.keys(assertion).map((name) => `, ${name}`);
  const values = Object.values(assertion).map((value) => `, '${value}'`);
  const who = "(select id from users where username = 'the-approver')";
  const digest = `(select digest from remediations where id = '${proposalId}')`;
  sql(`insert into approval_tokens (id, token_hash, user_id, reason, created_at, expires_at, proposal_id, digest,
      approved_at, redeemed_at, step_up${columns.join('')})
    values ('t-${proposalId}', 'h-${proposalId}', ${who}, 'r', now(), now() + interval '1 hour', '${proposalId}', ${digest},
      now(), now(), 'passkey'${values.join('')})`);
  sql(`insert into approvals (id, proposal_id, user_id, username, decision, reason, digest, token_id, self_approved, created_at)
    values ('a-${proposalId}', '${proposalId}', ${who}, 'the-approver', 'approved', 'r', ${digest}, 't-${proposalId}', false, now())`);
  openExecution(proposalId);
}

function openExecution(proposalId: string, executionId = `e-${proposalId}`): void {
  sql(`update remediations set status = 'approved', approved_at = now(), expires_at = now() + interval '1 day'
    where id = '${proposalId}'`);
  sql(
    `insert into executions (id, proposal_id, status, created_at) values ('${executionId}', '${proposalId}', 'pending', now())`,
  );
  sql(`insert into execution_actions (execution_id, action_id, position, type, server_name, executor_id, status)
    select '${executionId}', plan->>'actionId', 0, plan->>'type', plan->>'serverName', 'generic-mcp-installer', 'pending'
    from remediations, jsonb_array_elements(preview->'plans') plan where remediations.id = '${proposalId}'`);
}

/** Starts it with a token of the admin's own, and waits for its end. */
async function start(proposalId: string): Promise<Execution> {
  const { call } = present().admin;
  const { approvalToken } = accepted(await call.mintApprovalToken({ body: { reason: 'run it' } }));
  accepted(await run(present().admin, proposalId, approvalToken));
  const executionId = sql(`select id from executions where proposal_id = '${proposalId}'`).trim();
  return untilOver(present().admin, executionId);
}

async function expectRefused(proposalId: string, because: RegExp): Promise<void> {
  const before = place.read(FILE);
  const execution = await start(proposalId);
  expect(execution.status).toBe('failed');
  expect(execution.error).toMatch(because);
  expect(place.read(FILE)).toBe(before);
}

const digestOf = (proposalId: string): string =>
  sql(`select digest from remediations where id = '${proposalId}'`).trim();

it('says beforehand what the machine asks for, and takes no approval that it would not take', async () => {
  const { admin, user, approver } = present();
  const { server } = accepted(await admin.call.showServer({ params: { id: 'generic-mcp-installer' } }));
  expect(server.consent).toEqual({ quorum: 1, approvers: ['the-approver'] });
  const proposalId = await propose(user, [install('a1')]);
  const shown = accepted(await user.call.showRemediation({ params: { id: proposalId } }));
  expect(shown.verifiedBy).toEqual([{ installerId: 'generic-mcp-installer', quorum: 1, approvers: ['the-approver'] }]);
  expect(shown.approval?.reasons).toEqual([
    'needs 1 more of: the-approver, signed with a passkey that generic-mcp-installer verifies by itself',
  ]);
  await expect(approve(admin, proposalId)).rejects.toThrow(/not_entitled/);
  const { publicKey } = accepted(await approver.call.beginStepUp({ body: { purpose: 'approve' } }));
  const assertion = passkey.assert(publicKey, { origin: PUBLIC_URL });
  const { approvalToken } = accepted(await approver.call.mintApprovalToken({ body: { reason: 'r', assertion } }));
  const body = { approvalId: 'a-unsigned', proposalId, decision: 'approved', reason: 'r', approvalToken } as const;
  expect(refusedAs(await approver.call.decideApproval({ body }))).toBe('passkey_signature_missing');
  const own = accepted(await approver.call.showOwnApproverKeys({}));
  expect(own.keys).toMatchObject({
    ...pinned,
    approvers: [{ passkeys: [{ name: 'key', ...pinned.approvers[0]?.passkeys[0] }] }],
  });
  expect(accepted(await admin.call.listApproverKeys({})).keys).toEqual(own.keys);
}, 120_000);

it('makes the machine change nothing by votes that were written into the database', async () => {
  const { user } = present();
  forgetDemand();
  const plain = await propose(user, [install('a1')]);
  forgeVote(plain);
  await expectRefused(plain, /carries no signature of an approver/);
  const forged = await propose(user, [install('a1')]);
  const challenge = Buffer.concat([Buffer.from(digestOf(forged).slice(7), 'hex'), Buffer.alloc(32, 7)]).toString(
    'base64url',
  );
  const { response } = stolen.assert({ challenge }, { origin: PUBLIC_URL });
  const assertion = {
    assertion_authenticator_data: response.authenticatorData,
    assertion_client_data: response.clientDataJSON,
    assertion_signature: response.signature,
  };
  forgeVote(forged, { ...assertion, assertion_credential_id: stolen.id, signed_digest: digestOf(forged) });
  await expectRefused(forged, /signed by none of the approvers/);
  const dressed = await propose(user, [install('a1')]);
  forgeVote(dressed, { ...assertion, assertion_credential_id: passkey.id, signed_digest: digestOf(dressed) });
  await expectRefused(dressed, /signed by none of the approvers/);
}, 240_000);

it('carries out what was signed, once; and neither another change nor the same again under that signature', async () => {
  const { user, approver, admin } = present();
  const honest = await propose(user, [install('a1')]);
  const token = await sign(approver.call, honest);
  accepted(await run(approver, honest, token));
  const executionId = sql(`select id from executions where proposal_id = '${honest}'`).trim();
  const done = await untilOver(admin, executionId);
  expect(done, done.error ?? '').toMatchObject({ status: 'completed' });
  expect(done.actions[0]?.log).toContain('verified the passkeys of the-approver on this machine');
  expect(place.read(FILE)).toContain('"memory"');
  expect(accepted(await user.call.showRemediation({ params: { id: honest } })).votes).toMatchObject([{ signed: true }]);

  // The same again: the file is as it was, and the thief gives the old approval a new execution.
  place.write(FILE, BEFORE);
  sql(`delete from execution_actions where execution_id = '${executionId}'`);
  sql(`delete from executions where id = '${executionId}'`);
  openExecution(honest, 'e-again');
  await expectRefused(honest, /used for another execution/);

  // The signature beside another proposal.
  forgetDemand();
  const other = await propose(user, [install('a1')]);
  const names = ['credential_id', 'authenticator_data', 'client_data', 'signature'].map((name) => `assertion_${name}`);
  const columns = sql(`select ${names.join(', ')} from approval_tokens where signed_digest = '${digestOf(honest)}'`);
  const copied = Object.fromEntries(
    columns
      .trim()
      .split('|')
      .map((value, index) => [names[index] ?? '', value]),
  );
  forgeVote(other, { ...copied, signed_digest: digestOf(other) });
  await expectRefused(other, /signed by none of the approvers/);

  // An argument that was changed after the approval, with all that belongs to it: our own program sees it first, by the digest.
  // That the machine sees it too, where that program is the thief's, is a test of the installer's.
  const approved = await propose(user, [install('a1')]);
  await sign(approver.call, approved);
  const evil = await propose(user, [install('a1', '--evil')]);
  sql(`update remediations set (actions, sealed, preview, digested) =
    (select actions, sealed, preview, digested from remediations where id = '${evil}') where id = '${approved}'`);
  const { approvalToken } = accepted(await admin.call.mintApprovalToken({ body: { reason: 'run it' } }));
  expect(refusedAs(await run(admin, approved, approvalToken))).toBe('preview_stale');
  expect(
    sql(`select count(*) from executions where proposal_id = '${approved}' and status <> 'cancelled'`).trim(),
  ).toBe('0');
  expect(place.read(FILE)).toBe(BEFORE);
}, 300_000);
