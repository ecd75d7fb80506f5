import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { Assertion, Registration } from '@mcp-coordinator/contract/second-factors.contract';

/** Whatever an authenticator, or who stands between it and us, may do otherwise. */
export interface Differently {
  origin?: string;
  rpId?: string;
  counter?: number;
  /** `webauthn.get` where a registration is due, and the other way round. */
  type?: string;
  challenge?: string;
  userVerified?: boolean;
  crossOrigin?: boolean;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED = 0x40;
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/** An ES256 authenticator in software, that tells the truth unless it is asked for something else. */
export function createAuthenticator(usual: { counts?: boolean } = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credentialId = randomBytes(32);
  const id = credentialId.toString('base64url');
  let counter = 0;

  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const coseKey = cborMap([
    [cborInt(1), cborInt(2)],
    [cborInt(3), cborInt(-7)],
    [cborInt(-1), cborInt(1)],
    [cborInt(-2), cborBytes(Buffer.from(x, 'base64url'))],
    [cborInt(-3), cborBytes(Buffer.from(y, 'base64url'))],
  ]);

  const clientData = (options: object, otherwise: Differently, type: string): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: otherwise.type ?? type,
        challenge: otherwise.challenge ?? (options as { challenge: string }).challenge,
        origin: otherwise.origin ?? 'http://localhost:3000',
        crossOrigin: otherwise.crossOrigin ?? false,
      }),
    );
  const authenticatorData = (otherwise: Differently, attested: Buffer = Buffer.alloc(0)): Buffer => {
    if (usual.counts) counter += 1;
    const flags =
      USER_PRESENT | (otherwise.userVerified === false ? 0 : USER_VERIFIED) | (attested.length > 0 ? ATTESTED : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(otherwise.counter ?? counter);
    return Buffer.concat([sha256(otherwise.rpId ?? 'localhost'), Buffer.from([flags]), count, attested]);
  };
  const envelope = { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} };

  return {
    id,
    publicKey,
    /** As installers pin it: the COSE key, base64url. */
    coseKey: coseKey.toString('base64url'),
    register(options: object, otherwise: Differently = {}): Registration {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const data = authenticatorData(otherwise, Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey]));
      const attestation = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(data)],
      ]);
      return {
        ...envelope,
        response: {
          clientDataJSON: clientData(options, otherwise, 'webauthn.create').toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      };
    },
    assert(options: object, otherwise: Differently = {}): Assertion {
      const data = authenticatorData(otherwise);
      const client = clientData(options, otherwise, 'webauthn.get');
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey);
      return {
        ...envelope,
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
        },
      };
    },
  };
}
export type SoftAuthenticator = ReturnType<typeof createAuthenticator>;

// CBOR (RFC 8949), as far as it is needed here.
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
const cborInt = (value: number): Buffer => (value >= 0 ? head(0, value) : head(1, -1 - value));
const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([head(2, bytes.length), bytes]);
const cborText = (text: string): Buffer => Buffer.concat([head(3, Buffer.byteLength(text)), Buffer.from(text)]);
const cborMap = (entries: [Buffer, Buffer][]): Buffer => Buffer.concat([head(5, entries.length), ...entries.flat()]);
