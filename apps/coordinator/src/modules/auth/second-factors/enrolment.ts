import type { Db } from '../../../db/schema.ts';
import type { Person } from '../../../http/caller.ts';
import { passkeysOf, type StoredPasskey } from './passkeys.store.ts';
import { recoveryCodesLeft } from './recovery-codes.store.ts';
import { findTotp, type StoredTotp } from './totp.store.ts';

/** What a person has enrolled. Recovery codes stand in for factors; alone they are none. */
export interface Enrolment {
  readonly enrolled: boolean;
  /** Confirmed. */
  readonly totp: StoredTotp | undefined;
  readonly passkeys: readonly StoredPasskey[];
  readonly recoveryCodesLeft: number;
}

export async function enrolmentOf(db: Db, userId: number): Promise<Enrolment> {
  const totp = await findTotp(db, userId);
  const passkeys = await passkeysOf(db, userId);
  const confirmed = totp?.confirmedAt ? totp : undefined;
  return {
    enrolled: confirmed !== undefined || passkeys.length > 0,
    totp: confirmed,
    passkeys,
    recoveryCodesLeft: await recoveryCodesLeft(db, userId),
  };
}

export type MfaPurpose = 'approve' | 'manage_users';

/** Whether this person needs a second factor for this; who needs one and has none must enrol first. */
export type MfaRequired = (
  who: { readonly person: Person; readonly enrolled: boolean },
  purpose: MfaPurpose,
  db: Db,
) => boolean | Promise<boolean>;

export const requiredOnceEnrolled: MfaRequired = ({ enrolled }) => enrolled;
