import { judgeStep, normaliseOtp, TOTP_PERIOD_SECONDS } from '@mcp-coordinator/core/auth/totp';
import { generateSecret, generateURI, verify } from 'otplib';
import type { Keys } from '../../../keys.ts';
import type { Clock } from '../../../runtime.ts';
import type { Place } from '../../../secrets/envelope.ts';

export type CodeCheck = { step: number } | { problem: 'wrong_code' | 'code_used' };

export interface Totp {
  /** A new secret, as text for the app and sealed for the database. */
  create(userId: number, username: string): { secret: string; uri: string; sealed: string };
  /** Which time step a typed code is of; only one that counts now and was not spent. */
  check(typed: string, userId: number, factor: { sealedSecret: string; lastStep: number }): Promise<CodeCheck>;
}

/** RFC 4226 asks for 128 bits and recommends 160. */
const SECRET_BYTES = 20;
const ISSUER = 'MCP Coordinator';
/** Opens in this person's row and in no other. */
const place = (userId: number): Place => ({ table: 'totp_factors', column: 'sealed_secret', id: String(userId) });

export function createTotp(deps: { keys: Pick<Keys, 'seal' | 'open'>; clock: Clock; host: string }): Totp {
  return {
    create(userId, username) {
      const secret = generateSecret({ length: SECRET_BYTES });
      const uri = generateURI({ issuer: ISSUER, label: `${username}@${deps.host}`, secret });
      return { secret, uri, sealed: deps.keys.seal(secret, place(userId)) };
    },
    async check(typed, userId, { sealedSecret, lastStep }) {
      const token = normaliseOtp(typed);
      if (token === undefined) return { problem: 'wrong_code' };
      const now = deps.clock();
      const found = await verify({
        secret: deps.keys.open(sealedSecret, place(userId)),
        token,
        epoch: Math.floor(now.getTime() / 1000),
        epochTolerance: [TOTP_PERIOD_SECONDS, 0],
      });
      const step = found.valid && 'timeStep' in found ? found.timeStep : undefined;
      if (step === undefined) return { problem: 'wrong_code' };
      const verdict = judgeStep(step, lastStep, now);
      if (verdict === 'good') return { step };
      return { problem: verdict === 'used' ? 'code_used' : 'wrong_code' };
    },
  };
}
