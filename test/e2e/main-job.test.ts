import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@mcp-coordinator/client/route-call';
import { parseCheckpointText } from '@mcp-coordinator/core/audit/checkpoint';
import { verifyInclusion } from '@mcp-coordinator/core/audit/inclusion-proof';
import { leafHash } from '@mcp-coordinator/core/audit/merkle-hash';
import { parseNote, parseVerifierKey } from '@mcp-coordinator/core/audit/signed-note';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { rowsOfEmbedded } from './embedded-rows.ts';
import { filesBelow, textsIn } from './find-texts.ts';
import { type ExternalDatabase, makeDatabase } from './make-database.ts';
import {
  accepted,
  addPerson,
  allHealthy,
  approve,
  assess,
  eventually,
  type Person,
  propose,
  refusedAs,
  run,
  signIn,
  type Transcript,
  untilOver,
} from './people.ts';
import { ADMIN_PASSWORD, makePlace, type Place, type System, startSystem } from './start-system.ts';
import { watchEvents } from './watch-events.ts';

const CONFIGURATION = '.kilocode/mcp.json';
const SECRETS = {
  'the secret in the file': 'hunter2secret-of-the-file',
  'the secret of the new server': 'sk-live-4f9d2c7be81a46d5',
  'the password of the admin': ADMIN_PASSWORD,
};
/** Written by hand, in no form that a serialiser would give it. */
const BEFORE = `// Kept by hand: the order matters to us.
{
    "mcpServers": {
        /* reads what lies in /tmp */
        "filesystem": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/tmp"], "alwaysAllow": [] }, // keep
        "postgres": {
            "command": "npx", "args": ["-y", "@modelcontextprotocol/server-postgres"],
            "env": { "DATABASE_URL": "postgresql://user:${SECRETS['the secret in the file']}@localhost:5432/db" }
        }
    },
    "theirs":   [1,2,   3] // not ours
}
`;
/** The same bytes around the one entry that came and the one that went. */
const afterwards = (argv: readonly string[]) => `// Kept by hand: the order matters to us.
{
    "mcpServers": {
        "memory": {
            "command": ${JSON.stringify(argv[0])},
            "args": [
${argv
  .slice(1)
  .map((argument) => `                ${JSON.stringify(argument)}`)
  .join(',\n')}
            ]
        },
        /* reads what lies in /tmp */
        "filesystem": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/tmp"], "alwaysAllow": [] } // keep
    },
    "theirs":   [1,2,   3] // not ours
}
`;

let place: Place | undefined;
let system: System | undefined;
let database: ExternalDatabase | undefined;
afterEach(async () => {
  await system?.crash();
  database?.drop();
  place?.remove();
  [system, database, place] = [undefined, undefined, undefined];
});

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

/** Proves, by this test's own reckoning, that a record stands in the log under the signed root. */
async function expectProven(call: Client, record: { id: string; action: string; target: string }): Promise<void> {
  const proof = await eventually(async () => accepted(await call.proveAuditLog({ params: { id: record.id } })));
  expect(JSON.parse(proof.leaf)).toMatchObject(record);
  const leaf = leafHash(Buffer.from(proof.leaf), sha256);
  const claim = { leaf, index: proof.leafIndex, size: proof.treeSize, root: bytesOf(proof.rootHash) };
  expect(verifyInclusion({ ...claim, proof: proof.proof.map(bytesOf) }, sha256)).toBe(true);
  const forged = leafHash(Buffer.from(proof.leaf.replace(record.target, 'another')), sha256);
  expect(verifyInclusion({ ...claim, leaf: forged, proof: proof.proof.map(bytesOf) }, sha256)).toBe(false);

  const note = parseNote(proof.checkpoint);
  const checkpoint = parseCheckpointText(note?.text ?? '');
  expect(checkpoint).toMatchObject({ size: proof.treeSize, root: bytesOf(proof.rootHash) });
  const { verifierKey } = accepted(await call.showCheckpoint());
  const key = parseVerifierKey(verifierKey, sha256);
  const x = Buffer.from(key!.publicKey).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  expect(verify(null, Buffer.from(note!.text), publicKey, note!.signatures[0]!.signature)).toBe(true);
}

/** What happened, oldest first: to the change, and beside it to the assessment that its end asks for. */
async function storyOf(reader: Person, reassessmentId: string): Promise<{ change: string[]; reassessment: string[] }> {
  const { logs } = accepted(await reader.call.listAuditLogs({ query: { limit: 200 } }));
  const told = logs.reverse().filter(({ action }) => /^(assessment|remediation|approval|execution)_/.test(action));
  const words = (records: typeof logs) =>
    records.map(({ action, actor, result }) => `${actor} ${action}${result === 'success' ? '' : ` ${result}`}`);
  return {
    change: words(told.filter(({ target }) => target !== reassessmentId)),
    reassessment: words(told.filter(({ target }) => target === reassessmentId)),
  };
}
const ASSESSED = ['system assessment_started', 'system assessment_completed'];

describe.each(['the embedded database', 'PostgreSQL'])('the main job, on %s', (engine) => {
  it('goes from a request to a proven change and back to the byte', { timeout: 240_000 }, async () => {
    const user = 'main_job_user';
    database = engine === 'PostgreSQL' ? makeDatabase(inject('pgUrl'), 'main_job', user, 'secure_password') : undefined;
    const here = makePlace({ [CONFIGURATION]: BEFORE });
    place = here;
    system = await startSystem(here, { env: database?.env ?? {}, command: ['npm', 'run', '--silent', 'start'] });
    const { url } = system;
    const transcript: Transcript = [];
    const admin = await signIn(url, 'admin', ADMIN_PASSWORD, transcript);
    const requester = await addPerson(admin, url, 'user', transcript);
    const approver = await addPerson(admin, url, 'approver', transcript);
    const viewer = await addPerson(admin, url, 'viewer', transcript);
    await allHealthy(admin);
    const events = await watchEvents(url, admin.token);

    const assessment = await assess(requester, 'assessment-1', ['filesystem', 'postgres']);
    expect(assessment.results?.servers['postgres']).toMatchObject({ status: 'non_compliant' });
    expect(assessment.results?.servers['postgres']?.issues).toContain('secret_in_config');

    const proposalId = await propose(
      requester,
      [
        {
          ...{ id: 'action-1', type: 'install_server', serverName: 'memory', command: 'npx' },
          args: ['-y', '@modelcontextprotocol/server-memory'],
          env: { API_KEY: SECRETS['the secret of the new server'] },
        },
        { id: 'action-2', type: 'remove_server', serverName: 'postgres' },
      ],
      { assessmentId: 'assessment-1' },
    );
    const shown = accepted(await approver.call.showRemediation({ params: { id: proposalId } }));
    const [install, remove] = shown.preview.plans;
    const argv = install?.launch?.argv ?? [];
    expect(argv.at(-1)).toMatch(/^@modelcontextprotocol\/server-memory@\d+\.\d+\.\d+/);
    expect(install?.diff).toContain('+        "memory": {');
    expect(remove?.diff).toContain('-        "postgres": {');
    expect(here.read(CONFIGURATION), 'a proposal changes nothing').toBe(BEFORE);

    expect(refusedAs(await run(requester, proposalId, 'no-token'))).toBe('forbidden');
    expect(refusedAs(await run(approver, proposalId, 'no-token'))).toMatch(/invalid_transition|approval_token_unknown/);
    const { approvalToken, executionId } = await approve(approver, proposalId);
    accepted(await run(approver, proposalId, approvalToken));
    const done = await untilOver(approver, executionId);
    expect(done).toMatchObject({ status: 'completed', progress: 100, results: { successful: 2, failed: 0 } });
    expect(here.read(CONFIGURATION)).toBe(afterwards(argv));

    const again = await eventually(async () => {
      const { reassessmentId } = accepted(await requester.call.showExecution({ params: { id: executionId } }));
      const found = accepted(await requester.call.showAssessment({ params: { id: reassessmentId ?? '' } }));
      expect(found.status).toBe('completed');
      return found;
    });
    expect(again.origin).toBe('reassessment');
    expect(Object.keys(again.results?.servers ?? {})).toContain('memory');

    expect(refusedAs(await run(approver, proposalId, approvalToken))).toMatch(/approval_token_used|invalid_transition/);
    expect(await storyOf(viewer, again.assessmentId)).toEqual({
      change: [
        ...['the-user assessment_requested', ...ASSESSED, 'the-user remediation_proposed'],
        ...['the-user execution_refused denied', 'the-approver execution_refused denied'],
        ...['the-approver approval_token_minted', 'the-approver approval_granted', 'the-approver execution_started'],
        ...['system execution_action_completed', 'system execution_action_completed', 'system execution_completed'],
        'the-approver execution_refused denied',
      ],
      reassessment: ['system assessment_requested', ...ASSESSED],
    });
    const { logs } = accepted(await viewer.call.listAuditLogs({ query: { action: 'execution_completed' } }));
    await expectProven(viewer.call, { id: logs[0]!.id, action: 'execution_completed', target: executionId });

    accepted(
      await approver.call.rollbackExecution({ params: { id: executionId }, body: { reason: 'We want it back' } }),
    );
    const undone = await eventually(async () => {
      const execution = accepted(await approver.call.showExecution({ params: { id: executionId } }));
      expect(execution.status).toBe('rolled_back');
      return execution;
    });
    expect(undone.actions.map(({ status }) => status)).toEqual(['undone', 'undone']);
    expect(here.read(CONFIGURATION)).toBe(BEFORE);
    expect(accepted(await viewer.call.verifyAudit())).toMatchObject({ valid: true, problems: [] });

    const named = new Set(events.seen.map(({ event }) => event));
    for (const event of ['assessment.completed', 'remediation.proposed', 'approval.granted', 'execution.completed']) {
      expect(named, [...named].join()).toContain(event);
    }
    const ids = events.seen.map(({ id }) => BigInt(id));
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    events.subscription.close();

    const { left, code, output } = await system.stop();
    expect({ left, code }).toEqual({ left: [], code: 0 });
    const bearer = Object.fromEntries(
      [admin, requester, approver, viewer].map(({ username, token }) => [username, token]),
    );
    const passwords = Object.fromEntries(
      [requester, approver, viewer].map(({ username, password }) => [`the password of ${username}`, password]),
    );
    const kept = { ...SECRETS, ...passwords, ...bearer, 'the approval token': approvalToken };
    expect(textsIn(transcript.join('\n'), { ...SECRETS, ...passwords }), 'in answers').toEqual([]);
    expect(textsIn(JSON.stringify(events.seen), kept), 'in events').toEqual([]);
    expect(textsIn(output, kept), 'on the terminal').toEqual([]);
    expect(filesBelow(join(here.root, 'logs')).flatMap(({ bytes }) => textsIn(bytes, kept))).toEqual([]);
    const rows = database
      ? database.client('pg_dump', ['-U', user, '-d', database.name])
      : await rowsOfEmbedded(here.data);
    expect(rows, 'the rows are there to be searched').toContain(proposalId);
    expect(textsIn(rows, kept), 'in the database').toEqual([]);
    expectKeptApart(here, kept);
  });
});

/** In the data folder, the files' old bytes and the new server's values are the owner's alone; nothing else holds a secret. */
function expectKeptApart({ data }: Place, kept: Readonly<Record<string, string>>): void {
  expect(existsSync(join(data, 'pgdata', 'PG_VERSION')) || existsSync(join(data, 'installer'))).toBe(true);
  const holding = filesBelow(data).flatMap(({ path, mode, bytes }) => {
    const found = textsIn(bytes, kept);
    return found.length > 0 ? [{ place: path.split('/').slice(0, 2).join('/'), mode, found }] : [];
  });
  const allowed = {
    'installer/snapshots': 'the secret in the file',
    'installer/secrets': 'the secret of the new server',
  };
  for (const { place: folder, mode, found } of holding) {
    expect({ folder, mode, found }).toEqual({
      folder: expect.toBeOneOf(Object.keys(allowed)),
      mode: '600',
      found: [allowed[folder as keyof typeof allowed]],
    });
  }
}
