import { execFile } from 'node:child_process';
import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { leafText } from '@mcp-coordinator/core/audit/audit-leaf';
import { BUNDLE_END, BUNDLE_KIND } from '@mcp-coordinator/core/audit/bundle';
import { checkpointText } from '@mcp-coordinator/core/audit/checkpoint';
import { frontierRanges, rangeRoot } from '@mcp-coordinator/core/audit/leaf-range';
import { leafHash } from '@mcp-coordinator/core/audit/merkle-hash';
import { signNote, verifierKey } from '@mcp-coordinator/core/audit/signed-note';
import { afterAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/mcp-audit-verify.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'audit-verifier-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array) => new Uint8Array(hash('sha256', bytes, 'buffer'));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const makeKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = { name: 'log', publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url') };
  return { key, sign: (text: string) => new Uint8Array(sign(null, Buffer.from(text), privateKey)) };
};
const log = makeKey();
const KEY = verifierKey(log.key, sha256);

const records = Array.from({ length: 20 }, (_, n) => {
  const detailsHash = hex(sha256(Buffer.from(`salt_${n}{"n":${n}}`)));
  const who = { id: `audit_${n}`, timestamp: '2026-01-01T00:00:00.000Z', actor: 'alice', action: 'user_updated' };
  const leaf = leafText({ ...who, target: 'bob', result: 'success', requestId: null, detailsHash });
  return { leafIndex: n, leaf, salt: `salt_${n}`, details: { n } };
});
const leaves = records.map(({ leaf }) => leafHash(Buffer.from(leaf), sha256));
const noteOf = (size: number, by = log) => {
  const root = rangeRoot(leaves, { start: 0, end: size }, sha256);
  return signNote(checkpointText({ origin: 'log', size, root }), by.key, by.sign, sha256);
};

/** As an archive is: it ends where its checkpoint does. */
function write(name: string, first: number, end: number, change = (line: string) => line): string {
  const left = frontierRanges(first).map((range) => hex(rangeRoot(leaves, range, sha256)));
  const head = {
    kind: BUNDLE_KIND,
    version: 1,
    complete: true,
    first,
    end,
    left,
    right: [],
    checkpoint: noteOf(end),
    verifierKey: KEY,
  };
  const lines = [head, ...records.slice(first, end), { kind: BUNDLE_END, count: end - first }];
  const text = lines.map((line) => `${change(JSON.stringify(line))}\n`).join('');
  const path = join(folder, name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}
const keep = (name: string, note: string): string => {
  const path = join(folder, name);
  writeFileSync(path, note);
  return path;
};

async function run(...flags: string[]): Promise<{ code: number; out: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [BIN, ...flags]);
    return { code: 0, out: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout + stderr };
  }
}

describe('mcp-audit-verify', () => {
  it('verifies a chain of archives and says what it cannot show', async () => {
    const files = [write('a.jsonl.gz', 0, 7), write('b.jsonl', 7, 20)];
    expect(await run(...files, '--key', KEY, '--checkpoint', keep('kept', `${noteOf(3)}\n${noteOf(11)}`))).toEqual({
      code: 0,
      out: expect.stringMatching(/✓ .*a\.jsonl\.gz: 7 records[\s\S]*✓ .*b\.jsonl: 13 records/),
    });
    expect((await run(...files)).out).toContain('? not shown: Who signed the checkpoint');
  });

  it('names what does not verify, and exits with 1', async () => {
    const file = write('c.jsonl', 0, 7, (line) => line.replace('"details":{"n":4}', '"details":{"n":5}'));
    const { code, out } = await run(file, '--key', KEY);
    expect(code).toBe(1);
    expect(out).toContain('✕ leaf 4: The details were edited.');
    expect((await run(write('d.jsonl', 0, 7), '--key', verifierKey(makeKey().key, sha256))).code).toBe(1);
  });

  it('misses the archive in between', async () => {
    const { code, out } = await run(write('e.jsonl', 0, 7), write('f.jsonl', 9, 20), '--key', KEY);
    expect(code).toBe(1);
    expect(out).toContain('leaf 9: The bundle before ends at 7');
  });

  it('sees a log that is shorter than what was kept', async () => {
    const { code, out } = await run(write('g.jsonl', 0, 7), '--key', KEY, '--checkpoint', keep('later', noteOf(20)));
    expect(code).toBe(1);
    expect(out).toContain('its end was cut off');
  });

  it('takes keys from a file, and prints JSON', async () => {
    const keys = keep('keys', `# of the log\n${KEY}\n`);
    const { code, out } = await run(write('h.jsonl', 0, 7), '--key', keys, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ valid: true, records: 7, size: 7, problems: [] }]);
  });

  it('exits with 2 when nothing could be verified', async () => {
    expect((await run()).code).toBe(2);
    expect(await run(join(folder, 'nowhere'))).toMatchObject({ code: 2, out: expect.stringContaining('nowhere') });
    expect(await run(write('i.jsonl', 0, 7), '--key', 'no key')).toMatchObject({ code: 2 });
    expect(await run('--wrong')).toMatchObject({ code: 2 });
  });
});
