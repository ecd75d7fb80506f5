import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { generate } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from './exit-codes.ts';
import { ADMIN_PASSWORD, makePlace, type Place } from './testing/real-coordinator.ts';

const PATIENCE_MS = 180_000;
let place: Place;
beforeAll(async () => {
  place = await makePlace();
  await place.start();
}, PATIENCE_MS);
afterAll(async () => {
  await place.stop('SIGKILL');
  place.remove();
});

const keyFile = (name = 'encryption-key') => join(place.data, 'secrets', name);
const login = (password: string) =>
  place.run(['login', '--username', 'admin', '--password-file', '-'], { input: `${password}\n` });
const publishedKeys = async (): Promise<string[]> => {
  const body = (await (await fetch(`${place.url}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
  return body.keys.map(({ kid }) => kid);
};

describe('the command', { timeout: PATIENCE_MS }, () => {
  it.each([
    ['no such command', ['nonsense'], EXIT.usage],
    ['no such option', ['servers', '--nonsense'], EXIT.usage],
    ['no address', ['--url', 'nowhere', 'servers'], EXIT.usage],
    ['nobody there', ['--url', 'http://127.0.0.1:1', 'servers'], EXIT.away],
    ['nobody signed in', ['servers'], EXIT.denied],
    ['help', ['--help'], EXIT.ok],
  ])('ends with its own code for %s, and says what to do', async (_what, args, code) => {
    const ran = await place.run(args);
    expect(ran, ran.said).toMatchObject({ code });
    if (code !== EXIT.ok) expect(ran.out).toBe('');
    if (code >= EXIT.denied) expect(ran.said.trim().split('\n').length).toBeGreaterThan(1);
  });

  it('keeps a session for its owner alone, takes no password as an argument, and prints versioned JSON', async () => {
    expect((await login('wrong')).code).toBe(EXIT.denied);
    expect((await place.run(['login', '--username', 'admin'])).code).toBe(EXIT.usage);
    const signedIn = await login(ADMIN_PASSWORD);
    expect(signedIn.code, signedIn.said).toBe(EXIT.ok);
    const file = (await place.run(['config', 'path'])).out.trim();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await place.json(['user', 'list'])).toMatchObject({ schemaVersion: 1, users: [{ username: 'admin' }] });
    expect(await place.json(['config', 'get'])).toMatchObject({
      url: place.url,
      urlFrom: 'environment',
      signedIn: true,
    });
  });

  it('makes accounts and keys, and says what there is', async () => {
    const made = await place.run(['user', 'create', 'vera', '--role', 'viewer', '--password-file', '-'], {
      input: 'a password of vera 12',
    });
    expect(made, made.said).toMatchObject({ code: EXIT.ok, out: 'vera is viewer.\n' });
    expect((await place.run(['user', 'disable', 'nobody'])).code).toBe(EXIT.notFound);
    expect((await place.json(['user', 'disable', 'vera'])).user).toMatchObject({ disabled: true });
    expect((await place.run(['user', 'disable', 'admin'])).code).toBe(EXIT.conflict);
    const { id, key } = await place.json(['key', 'create', 'laptop', '--kind', 'installer', '--server', 'installer-1']);
    expect(key).toMatch(/^mcpk_/);
    expect((await place.run(['key', 'list'])).out).not.toContain(key);
    expect((await place.run(['key', 'revoke', id])).code).toBe(EXIT.ok);
    expect(await place.json(['servers'])).toMatchObject({ servers: [] });
  });

  it('verifies the audit log, and shows a record with its proof', async () => {
    expect(await place.json(['audit', 'verify'])).toMatchObject({ valid: true, problems: [] });
    const { logs } = await place.json(['audit', 'list', '--limit', '5', '--actor', 'admin']);
    expect(logs).toHaveLength(5);
    expect((await place.run(['audit', 'show', logs[0].id])).out).toContain('mcp-coordinator/');
    const exported = (await place.run(['audit', 'export'])).out.trim().split('\n');
    expect(exported.map((line) => JSON.parse(line).action)).toContain('user_created');
  });

  it('finds nothing wrong with a coordinator at work, and names what is', async () => {
    const { findings } = await place.json(['doctor']);
    expect(findings.filter(({ state }: { state: string }) => state !== 'ok')).toEqual([]);
    chmodSync(keyFile(), 0o644);
    const ran = await place.run(['doctor']);
    expect(ran, ran.said).toMatchObject({ code: EXIT.failure });
    expect(ran.out).toContain(`✕ secret_permissions: Others on this machine can read ${keyFile()}`);
    expect(ran.said).toContain('Faults: secret_permissions.');
    expect((await place.run(['doctor', '--fix'])).code).toBe(EXIT.ok);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  });

  it('writes a configuration of its own once', async () => {
    const file = join(place.root, '.env');
    const made = await place.run(['init', '--port', '3999']);
    const text = readFileSync(file, 'utf8');
    const again = await place.run(['init']);
    rmSync(file);
    expect(made).toMatchObject({ code: EXIT.ok, out: `${file}\n` });
    expect(text).toMatch(/^PORT=3999\nJWT_SECRET=\S{43}\nSESSION_SECRET=\S{43}\nENCRYPTION_KEY=\S{43}\n$/);
    expect(again).toMatchObject({ code: EXIT.usage, said: expect.stringContaining('nothing was written') });
  });

  it('completes its commands in bash', async () => {
    const { out } = await place.run(['completion']);
    const typed = 'COMP_WORDS=(mcp-coordinator audit v) COMP_CWORD=2; _mcp_coordinator; echo "${COMPREPLY[@]}"';
    expect(execFileSync('bash', ['-c', `${out}\n${typed}`], { encoding: 'utf8' }).trim()).toBe('verify');
  });

  it('prints events as they happen, and stops cleanly with the first Ctrl-C', async () => {
    const watching = place.spawn(['--json', 'watch', 'audit']);
    const lines = createInterface({ input: watching.stdout })[Symbol.asyncIterator]();
    await once(watching.stderr, 'data');
    await place.run(['token', 'create', '--reason', 'to be seen']);
    const event = JSON.parse(String((await lines.next()).value));
    expect(event).toMatchObject({ schemaVersion: 1, type: 'event', channel: 'audit' });
    const ended = once(watching, 'close');
    watching.kill('SIGINT');
    expect(await ended).toEqual([EXIT.interrupted, null]);
    expect((await place.run(['watch', 'nonsense'])).code).toBe(EXIT.usage);
  });

  it('approves nothing off a terminal without a reason and a token', async () => {
    const ran = await place.run(['approve', 'prop_1', '--reason', 'because']);
    expect(ran).toMatchObject({ code: EXIT.usage, out: '' });
    expect(ran.said).toContain('--approval-token-file');
    const token = await place.run(['token', 'create', '--reason', 'because']);
    const given = ['approve', 'prop_1', '--reason', 'because', '--approval-token-file', '-'];
    expect((await place.run(given, { input: token.out })).code).toBe(EXIT.notFound);
    expect((await place.run(['remediations', 'show', 'prop_1'])).code).toBe(EXIT.notFound);
  });
});

describe('beside the database', { timeout: PATIENCE_MS }, () => {
  it('refuses another machine’s address, and changes nothing', async () => {
    for (const args of [
      ['secrets', 'rotate'],
      ['keys', 'rotate', 'session', '--now'],
      ['user', 'recover', 'admin'],
      ['audit', 'new-epoch', '--reason', 'restored'],
      ['restore', 'backup', '--yes'],
    ]) {
      const ran = await place.run(['--url', 'https://mcp.example.com', ...args]);
      expect(ran, ran.said).toMatchObject({ code: EXIT.usage, out: '' });
      expect(ran.said).toContain('beside the database alone');
    }
  });

  it('lets a locked-out admin back in while the coordinator is at work', async () => {
    for (let attempt = 0; attempt < 11; attempt++) await login('wrong');
    expect((await login(ADMIN_PASSWORD)).code).toBe(EXIT.away);
    const weak = await place.run(['user', 'recover', 'admin', '--password-file', '-'], { input: 'short' });
    expect(weak, weak.said).toMatchObject({ code: EXIT.usage });
    const recovered = await place.json(['user', 'recover', 'admin', '--password-file', '-'], {
      input: 'a wholly new password 3',
    });
    expect(recovered).toMatchObject({ username: 'admin', disabled: false });
    expect((await place.run(['user', 'list'])).code).toBe(EXIT.denied);
    expect((await login('a wholly new password 3')).code).toBe(EXIT.ok);
    expect(await place.json(['audit', 'list', '--target', 'admin', '--limit', '200'])).toMatchObject({
      logs: expect.arrayContaining([expect.objectContaining({ action: 'user_recovered', actor: 'system' })]),
    });
    expect((await place.run(['user', 'recover', 'nobody-here', '--keep-password'])).code).toBe(EXIT.notFound);
  });

  it('rotates the keys of a coordinator at work: it publishes the new one at once', async () => {
    const [before] = await publishedKeys();
    const rotated = await place.json(['keys', 'rotate', 'grant']);
    expect(rotated.replacedKeyId).toBe(before);
    expect((await publishedKeys()).sort()).toEqual([before, rotated.keyId].sort());
    const session = await place.json(['keys', 'rotate', 'session']);
    expect((await place.json(['user', 'list'])).users.length).toBeGreaterThan(0);
    expect(session.sessionsEnded).toBe(0);
    expect((await place.json(['keys', 'rotate', 'session', '--now'])).sessionsEnded).toBeGreaterThan(0);
    expect((await place.run(['user', 'list'])).code).toBe(EXIT.denied);
  });

  it('moves the secrets of a coordinator at work under a new encryption key', async () => {
    const before = readFileSync(keyFile(), 'utf8');
    const rotated = await place.json(['secrets', 'rotate']);
    expect(rotated.rows).toBeGreaterThanOrEqual(4);
    expect(readFileSync(keyFile(), 'utf8')).not.toBe(before);
    expect(existsSync(keyFile('encryption-key.previous'))).toBe(false);
    expect((await login('a wholly new password 3')).code).toBe(EXIT.ok);
    expect((await place.run(['migrate', 'status'])).out).toBe('The database is up to date.\n');
  });

  it('goes on after a kill, without a coordinator, with what was under way', async () => {
    await place.stop('SIGKILL');
    // As a kill leaves it that comes right after the new key was made.
    writeFileSync(keyFile('encryption-key.previous'), readFileSync(keyFile()));
    writeFileSync(keyFile(), 'another key of forty-three characters, as is');
    const rotated = await place.json(['secrets', 'rotate']);
    expect(rotated.rows).toBeGreaterThanOrEqual(4);
    expect(readFileSync(keyFile(), 'utf8')).toBe('another key of forty-three characters, as is');
    expect(existsSync(keyFile('encryption-key.previous'))).toBe(false);
    expect((await place.run(['migrate', 'up'])).out).toBe('The database is up to date.\n');
    await place.start();
    expect((await login('a wholly new password 3')).code).toBe(EXIT.ok);
    expect(await place.json(['audit', 'verify'])).toMatchObject({ valid: true });
    const { logs } = await place.json(['audit', 'list', '--limit', '200']);
    expect(logs.filter(({ action }: { action: string }) => action === 'encryption_key_rotated')).toHaveLength(2);
  });

  it('with a key that is not the database’s, says so and starts nothing', async () => {
    await place.stop();
    const kept = readFileSync(keyFile());
    writeFileSync(keyFile(), 'a key that never sealed anything, forty-three');
    const ran = await place.run(['keys', 'rotate', 'grant']);
    expect(ran).toMatchObject({ code: EXIT.failure, out: '' });
    expect(ran.said).toContain('ENCRYPTION_KEY does not open the secrets of this database');
    writeFileSync(keyFile(), kept);
    expect((await place.run(['keys', 'rotate', 'grant'])).code).toBe(EXIT.ok);
  });

  it('lets nothing come alive again that ended or was spent since a copy that is put back', async () => {
    const { ask } = place;
    const signIn = (username: string, password: string, factor = {}) =>
      ask('POST', '/auth/login', { username, password, ...factor });
    const [password, bobs] = ['a wholly new password 3', 'a password for bob 44'];
    await place.start();
    const first = (await signIn('admin', password)).body.token;
    expect((await ask('POST', '/users', { username: 'bob', password: bobs, role: 'admin' }, first)).status).toBe(201);
    const { secret } = (await ask('POST', '/auth/mfa/totp', { password }, first)).body;
    const codeOf = (ago: number) => generate({ secret, epoch: Math.floor(Date.now() / 1000) - ago });
    // The code before the present one still counts, and leaves the present one for later.
    const confirmed = await ask('POST', '/auth/mfa/totp/confirm', { otp: await codeOf(30) }, first);
    const [recoveryCode] = confirmed.body.recoveryCodes as string[];
    const { token } = (await signIn('bob', bobs)).body;
    const minted = (await ask('POST', '/auth/approval-token', { reason: 'reviewed' }, token)).body;
    const wish = (requestId: string) => ({ requestId, assessmentType: 'compliance', targetServers: ['none'] });
    const keyed = { 'idempotency-key': 'kept' };
    expect((await ask('POST', '/assessments', wish('first'), token, keyed)).status).toBe(202);
    await place.stop();
    cpSync(place.data, `${place.data}-copy`, { recursive: true });

    await place.start();
    const otp = await codeOf(0);
    for (const factor of [{ otp }, { recoveryCode }])
      expect((await signIn('admin', password, factor)).status).toBe(200);
    expect((await ask('DELETE', `/auth/approval-tokens/${minted.id}`, undefined, token)).status).toBe(200);
    expect((await ask('POST', '/auth/logout', {}, token)).status).toBe(200);
    await place.stop();
    rmSync(place.data, { recursive: true });
    renameSync(`${place.data}-copy`, place.data);

    expect((await place.run(['--no-input', 'audit', 'new-epoch'])).code).toBe(EXIT.usage);
    expect(await place.json(['audit', 'new-epoch', '--reason', 'put back'])).toMatchObject({ epoch: 2 });
    await place.start();
    expect((await ask('GET', '/auth/permissions', undefined, token)).body.code).toBe('session_expired');
    for (const factor of [{ otp }, { recoveryCode }])
      expect((await signIn('admin', password, factor)).body.code, Object.keys(factor)[0]).toBe('second_factor_refused');
    const back = (await signIn('bob', bobs)).body.token;
    const { approvalTokens } = (await ask('GET', '/auth/approval-tokens', undefined, back)).body;
    expect(approvalTokens).toMatchObject([{ id: minted.id, state: 'revoked' }]);
    expect((await ask('POST', '/assessments', wish('second'), back, keyed)).status).toBe(202);
    const { logs } = (await ask('GET', '/audit/logs?action=audit_epoch_started', undefined, back)).body;
    expect(logs).toMatchObject([{ actor: 'system', details: { reason: 'put back', operator: expect.any(String) } }]);
    expect((await ask('GET', '/audit/verify', undefined, back)).body).toMatchObject({ valid: true });
  });
});
