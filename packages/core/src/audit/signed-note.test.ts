import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';
import { checkpointText, parseCheckpointText } from './checkpoint.ts';
import type { Hash } from './merkle-hash.ts';
import { isKeyName, keyHash, parseNote, parseVerifierKey, signNote, verifierKey } from './signed-note.ts';

const sha256 = (bytes: Uint8Array): Hash => new Uint8Array(createHash('sha256').update(bytes).digest());

describe('base64', () => {
  it('is what the platform writes, and reads back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = toBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(text)).toEqual(bytes);
      }),
    );
  });

  it.each(['A', 'AA', 'AA=A', '====', 'AB==', 'A_==', 'AAAA=', ' AAA'])('refuses %j', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
});

describe('a signed note', () => {
  // The example of golang.org/x/mod/sumdb/note.
  const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const GO_TEXT =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const GO_NOTE = `${GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

  it('is read and verified as another implementation wrote it', () => {
    const key = parseVerifierKey(GO_KEY, sha256)!;
    const note = parseNote(GO_NOTE)!;
    expect(verifierKey(key, sha256)).toBe(GO_KEY);
    expect(note.text).toBe(GO_TEXT);
    expect(note.signatures[0]!.name).toBe('PeterNeumann');
    expect(note.signatures[0]!.keyHash).toEqual(keyHash(key, sha256));
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.publicKey).toString('base64url') };
    expect(verify(null, Buffer.from(note.text), { key: jwk, format: 'jwk' }, note.signatures[0]!.signature)).toBe(true);
  });

  it('is read back as it was signed, blank lines in its text included', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'));
    const text = 'one\n\ntwo\n';
    const key = { name: 'mcp-coordinator/localhost:3000', publicKey: raw };
    const note = signNote(text, key, (signed) => sign(null, Buffer.from(signed), privateKey), sha256);
    const read = parseNote(note)!;
    expect(read.text).toBe(text);
    expect(verify(null, Buffer.from(read.text), publicKey, read.signatures[0]!.signature)).toBe(true);
    expect(parseVerifierKey(verifierKey(key, sha256), sha256)).toEqual(key);
  });

  it('is refused where it is none', () => {
    for (const text of [
      '',
      'x',
      'x\n\n',
      'x\n\n— a b\n',
      GO_NOTE.slice(0, -1),
      GO_NOTE.replace('—', '-'),
      `${GO_NOTE}more\n`,
    ]) {
      expect(parseNote(text)).toBeUndefined();
    }
    expect(() =>
      signNote('no line break', { name: 'a', publicKey: new Uint8Array(32) }, () => new Uint8Array(64), sha256),
    ).toThrow(RangeError);
  });

  it('takes no key whose name or hash does not fit', () => {
    expect(['a', 'a/b:1'].every(isKeyName)).toBe(true);
    expect(['', 'a b', 'a+b', 'ä'].some(isKeyName)).toBe(false);
    expect(parseVerifierKey(GO_KEY.replace('c74f20a3', 'c74f20a4'), sha256)).toBeUndefined();
    expect(parseVerifierKey('PeterNeumann+c74f20a3', sha256)).toBeUndefined();
  });
});

describe('a checkpoint', () => {
  const root = sha256(new Uint8Array());

  it('is three lines, and is read back', () => {
    const text = checkpointText({ origin: 'example.com/log', size: 12, root });
    expect(text).toBe('example.com/log\n12\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n');
    expect(parseCheckpointText(text)).toEqual({ origin: 'example.com/log', size: 12, root });
    expect(parseCheckpointText(`${text}extension\n`)?.size).toBe(12);
  });

  it.each([
    ['a leading zero', (text: string) => text.replace('12', '012')],
    ['a sign', (text: string) => text.replace('12', '-12')],
    ['an unsafe size', (text: string) => text.replace('12', '9999999999999999')],
    ['a short root', (text: string) => text.replace('uFU=\n', '\n')],
    ['no origin', (text: string) => text.replace('example.com/log', '')],
    ['a blank line', (text: string) => `${text}\nmore\n`],
    ['no line break at the end', (text: string) => text.trimEnd()],
  ])('is refused with %s', (_, change) => {
    expect(parseCheckpointText(change(checkpointText({ origin: 'example.com/log', size: 12, root })))).toBeUndefined();
  });
});
