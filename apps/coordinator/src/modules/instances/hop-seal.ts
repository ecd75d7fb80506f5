import { CompactEncrypt, compactDecrypt, jwtVerify, SignJWT } from 'jose';
import type { Keys } from '../../keys.ts';
import type { Clock, NewId } from '../../runtime.ts';

export interface HopSealDeps {
  clock: Clock;
  newId: NewId;
  /** The same on every instance, since both come from the shared secrets. */
  keys: Pick<Keys, 'hop'>;
  instanceId: string;
}

const TYPE = 'mcp-hop+jwt';
/** A ticket is used at once; its life covers the error of two clocks that follow the same database. */
const LIFETIME_SECONDS = 30;
const LEEWAY_SECONDS = 5;

/** A ticket admits one hop to one instance; everything said in that hop is encrypted and bound to it (RFC 7519, RFC 7516). */
export function createHopSeal({ clock, newId, keys, instanceId }: HopSealDeps) {
  const seen = new Map<string, number>();

  /** True the first time. What has expired is refused by its age, so that only the living are remembered. */
  const isFirstUse = (id: string, expiresAt: number, now: number): boolean => {
    for (const [old, until] of seen) {
      if (until > now) break;
      seen.delete(old);
    }
    if (seen.has(id)) return false;
    seen.set(id, expiresAt + LEEWAY_SECONDS);
    return true;
  };

  return {
    issue: async (audience: string): Promise<{ id: string; ticket: string }> => {
      const id = newId('hop');
      const now = Math.floor(clock().getTime() / 1000);
      const ticket = await new SignJWT({})
        .setProtectedHeader({ alg: 'HS256', typ: TYPE })
        .setIssuer(instanceId)
        .setAudience(audience)
        .setJti(id)
        .setIssuedAt(now)
        .setExpirationTime(now + LIFETIME_SECONDS)
        .sign(keys.hop.signing);
      return { id, ticket };
    },

    /** The id of the hop that this ticket admits here; nothing for one that is forged, old, for another instance, or used. */
    admit: async (ticket: string): Promise<string | undefined> => {
      const now = clock();
      const checked = await jwtVerify(ticket, keys.hop.signing, {
        algorithms: ['HS256'],
        typ: TYPE,
        audience: instanceId,
        requiredClaims: ['iss', 'aud', 'exp', 'iat', 'jti'],
        maxTokenAge: LIFETIME_SECONDS,
        clockTolerance: LEEWAY_SECONDS,
        currentDate: now,
      }).catch(() => undefined);
      const { jti, exp } = checked?.payload ?? {};
      if (jti === undefined || exp === undefined) return undefined;
      return isFirstUse(jti, exp, now.getTime() / 1000) ? jti : undefined;
    },

    /** `part` is the place in the hop, so that nothing can be moved, left out in the middle, or said twice. */
    seal: (message: unknown, id: string, part: string): Promise<string> =>
      new CompactEncrypt(Buffer.from(JSON.stringify(message)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', hop: id, part })
        .encrypt(keys.hop.sealing),

    /** Throws when it was altered, or belongs elsewhere. */
    open: async (sealed: string, id: string, part: string): Promise<unknown> => {
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, keys.hop.sealing, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      if (protectedHeader['hop'] !== id || protectedHeader['part'] !== part) throw new Error('it belongs elsewhere');
      return JSON.parse(Buffer.from(plaintext).toString()) as unknown;
    },
  };
}
export type HopSeal = ReturnType<typeof createHopSeal>;
