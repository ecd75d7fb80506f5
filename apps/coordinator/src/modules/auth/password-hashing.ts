import { randomBytes } from 'node:crypto';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { fitsBcrypt, normalisePassword } from '@mcp-coordinator/core/auth/password';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import bcrypt from 'bcrypt';

/** CONTRACT §2. */
const BCRYPT_COST = 12;
/** bcrypt runs on the four threads that files and DNS share; two of them are left to those. */
const PARALLEL_MAX = 2;
/** At a quarter of a second each this is some eight seconds of waiting; whoever comes later is sent away at once. */
const WAITING_MAX = 64;
const RETRY_AFTER_SECONDS = 5;

export type Crowded = Refusal<'rate_limited'> & { readonly because: 'crowded' };

export interface PasswordHashing {
  /** For a password that was found acceptable. */
  hash(password: string): Promise<string>;
  /** False, after the same time, where there is no hash to hold it against. */
  matches(password: string, hash: string | undefined): Promise<boolean>;
  /** Runs work that hashes, a few at once in the order of arrival; refused when too many wait. */
  inTurn<Value, No>(work: () => Promise<Result<Value, No>>): Promise<Result<Value, No | Crowded>>;
}

export function createPasswordHashing(cost = BCRYPT_COST): PasswordHashing {
  // Nobody knows its password: comparing with it costs what comparing with a real one costs.
  const nobodys = bcrypt.hash(randomBytes(32).toString('base64'), cost);
  const turns = createTurns();
  return {
    hash: (password) => bcrypt.hash(normalisePassword(password), cost),
    async matches(password, hash) {
      const normalised = normalisePassword(password);
      // bcrypt would ignore what lies beyond its 72 bytes, and so take a longer password for the right one.
      const usable = fitsBcrypt(normalised);
      const same = await bcrypt.compare(usable ? normalised : 'unusable', hash ?? (await nobodys));
      return same && usable && hash !== undefined;
    },
    async inTurn(work) {
      const turn = turns.take();
      if (!turn) {
        const detail = 'Too many sign-ins are waiting at this moment; nothing was checked. Try again shortly.';
        return deny({
          ...refuse('rate_limited', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS }),
          because: 'crowded',
        });
      }
      await turn;
      try {
        return await work();
      } finally {
        turns.pass();
      }
    },
  };
}

interface Turns {
  /** Settles when it is one's turn; nothing when too many wait. */
  take(): Promise<void> | undefined;
  pass(): void;
}

function createTurns(): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    take() {
      if (running < PARALLEL_MAX) {
        running += 1;
        return Promise.resolve();
      }
      if (waiting.length >= WAITING_MAX) return undefined;
      return new Promise((resolve) => waiting.push(resolve));
    },
    pass() {
      const next = waiting.shift();
      // The place goes over to the next without becoming free, so that nobody slips in between.
      if (next) next();
      else running -= 1;
    },
  };
}

/** The hash of an acceptable new password, in turn with all others. */
export const hashInTurn = (passwords: PasswordHashing, password: string): Promise<Result<string, Crowded>> =>
  passwords.inTurn<string, Crowded>(async () => accept(await passwords.hash(password)));
