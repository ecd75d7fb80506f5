import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { type Hash, leafHash, type Sha256 } from '@mcp-coordinator/core/audit/merkle-hash';
import type { VerifyEd25519 } from '@mcp-coordinator/core/audit/signed-note';

/** Between the tree's bytes and the hex text that rows and answers hold. */
export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const unhex = (text: string): Hash => new Uint8Array(Buffer.from(text, 'hex'));
export const hashOfLeaf = (leaf: string): Hash => leafHash(Buffer.from(leaf, 'utf8'), sha256);

export const verifyEd25519: VerifyEd25519 = (message, publicKey, signature) => {
  const x = Buffer.from(publicKey).toString('base64url');
  return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
};

/** The raw public key, 32 bytes. */
export const publicKeyBytes = (privateKey: KeyObject): Uint8Array =>
  new Uint8Array(Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url'));
