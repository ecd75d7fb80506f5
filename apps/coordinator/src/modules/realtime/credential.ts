import type { Caller } from '../../http/caller.ts';

/** Who a connection belongs to, and whether that still holds. */
export interface Credential {
  readonly caller: Caller | undefined;
  readonly set: (caller: Caller) => void;
  /** Asks at most once a second; false as long as there is no caller. */
  readonly isValid: () => Promise<boolean>;
  /** Asks now, since something has ended that may be this. */
  readonly recheck: () => Promise<void>;
}

const RECHECK_MS = 1_000;

export interface CredentialDeps {
  readonly isStillValid: (caller: Caller) => boolean | Promise<boolean>;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number;
  readonly onInvalid: () => void;
}

export function createCredential(
  admitted: Caller | undefined,
  { isStillValid, monotonic, onInvalid }: CredentialDeps,
): Credential {
  let caller = admitted;
  let checkedAt = monotonic();
  let checking: Promise<boolean> | undefined;

  const check = async (present: Caller): Promise<boolean> => {
    const valid = await isStillValid(present);
    checkedAt = monotonic();
    if (!valid) onInvalid();
    return valid;
  };

  const isValid = async (): Promise<boolean> => {
    if (caller === undefined) return false;
    if (monotonic() - checkedAt < RECHECK_MS) return true;
    checking ??= check(caller).finally(() => {
      checking = undefined;
    });
    return checking;
  };

  return {
    get caller() {
      return caller;
    },
    set: (next) => {
      caller = next;
      checkedAt = monotonic();
    },
    isValid,
    recheck: async () => {
      // An answer under way may be from before.
      await checking;
      checkedAt = Number.NEGATIVE_INFINITY;
      await isValid();
    },
  };
}
