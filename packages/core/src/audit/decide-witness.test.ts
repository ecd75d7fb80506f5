import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkpointText } from './checkpoint.ts';
import { consistencyProof } from './consistency-proof.ts';
import { cosignatureBytes, cosignedAt, cosignedText } from './cosignature.ts';
import { addCheckpointBody, decideWitness, parseAddCheckpoint } from './decide-witness.ts';
import { rangeRoot } from './leaf-range.ts';
import type { Hash } from './merkle-hash.ts';
import { type NoteKey, parseNote, signatureLine, signNote, type VerifyEd25519 } from './signed-note.ts';

const sha256 = (bytes: Uint8Array): Hash => new Uint8Array(createHash('sha256').update(bytes).digest());
const verifyEd25519: VerifyEd25519 = (message, publicKey, signature) =>
  verify(
    null,
    message,
    createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
      format: 'jwk',
    }),
    signature,
  );
const crypto = { sha256, verify: verifyEd25519 };

function makeKey(name: string, kind: 'signature' | 'cosignature' = 'signature') {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key: NoteKey = { name, publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'), kind };
  return { key, sign: (text: string) => new Uint8Array(sign(null, Buffer.from(text), privateKey)) };
}

const log = makeKey('log.example');
const other = makeKey('log.example');
const leaves = Array.from({ length: 9 }, (_, index) => sha256(Buffer.from(String(index))));
const rootOf = (size: number) => rangeRoot(leaves, { start: 0, end: size }, sha256);
const noteOf = (size: number, root = rootOf(size), by = log) =>
  signNote(checkpointText({ origin: 'log.example', size, root }), by.key, by.sign, sha256);
const proofOf = (first: number, size: number) => consistencyProof(first, leaves.slice(0, size), sha256);

const decide = (old: number, proof: Hash[], note: string, seen?: { size: number; root: Hash }) =>
  decideWitness(parseAddCheckpoint(addCheckpointBody(old, proof, note))!, [log.key], seen, crypto);
const SEEN = { size: 5, root: rootOf(5) };

describe('a witness', () => {
  it('takes the first checkpoint, a larger one that continues it, and the same again', () => {
    expect(decide(0, [], noteOf(5))).toEqual({ status: 200 });
    expect(decide(5, proofOf(5, 9), noteOf(9), SEEN)).toEqual({ status: 200 });
    expect(decide(5, [], noteOf(5), SEEN)).toEqual({ status: 200 });
  });

  it('refuses another history, a shorter one and a foreign key', () => {
    const forged = rangeRoot(
      [...leaves.slice(0, 4), sha256(new Uint8Array(1)), ...leaves.slice(5)],
      { start: 0, end: 9 },
      sha256,
    );
    expect(decide(5, proofOf(5, 9), noteOf(9, forged), SEEN)).toEqual({ status: 422 });
    expect(decide(5, [], noteOf(5, forged), SEEN)).toEqual({ status: 409, size: 5 });
    expect(decide(5, [], noteOf(4), SEEN)).toEqual({ status: 400 });
    expect(decide(4, proofOf(4, 9), noteOf(9), SEEN)).toEqual({ status: 409, size: 5 });
    expect(decide(0, [], noteOf(9), SEEN)).toEqual({ status: 409, size: 5 });
    expect(decide(5, proofOf(5, 9), noteOf(9, rootOf(9), other), SEEN)).toEqual({ status: 403 });
  });

  it('knows no log without keys', () => {
    const asked = parseAddCheckpoint(addCheckpointBody(0, [], noteOf(5)))!;
    expect(decideWitness(asked, [], undefined, crypto)).toEqual({ status: 404 });
  });

  it.each([
    '',
    'old 1',
    'old 01\n\n',
    `old 0\nnot base64\n\n${noteOf(5)}`,
    'old 0\n\nno note\n',
    `new 0\n\n${noteOf(5)}`,
  ])('reads nothing from %j', (body) => {
    expect(parseAddCheckpoint(body)).toBeUndefined();
  });
});

describe('a cosignature', () => {
  it('says when, over the text and for its own key alone', () => {
    const witness = makeKey('witness.example', 'cosignature');
    const note = noteOf(9);
    const { text } = parseNote(note)!;
    const line = signatureLine(
      witness.key,
      cosignatureBytes(1_700_000_000, witness.sign(cosignedText(text, 1_700_000_000))),
      sha256,
    );
    const cosigned = parseNote(note + line)!;
    expect(cosignedAt(cosigned, witness.key, sha256, verifyEd25519)).toBe(1_700_000_000);
    expect(cosignedAt(parseNote(note)!, witness.key, sha256, verifyEd25519)).toBeUndefined();
    expect(
      cosignedAt({ ...cosigned, text: text.replace('9', '8') }, witness.key, sha256, verifyEd25519),
    ).toBeUndefined();
    const impostor = { ...makeKey('witness.example', 'cosignature').key };
    expect(cosignedAt(cosigned, impostor, sha256, verifyEd25519)).toBeUndefined();
  });
});
