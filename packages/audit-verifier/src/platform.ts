import { createPublicKey, hash, verify } from 'node:crypto';
import type { BundlePlatform } from '@mcp-coordinator/core/audit/verify-bundle';

/** What the pure verification needs of Node. */
export const platform: BundlePlatform = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
  encode: (text) => Buffer.from(text, 'utf8'),
  verify: (message, publicKey, signature) => {
    const x = Buffer.from(publicKey).toString('base64url');
    return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
  },
};
