import type { Db } from '../../db/schema.ts';
import type { Caller } from '../../http/caller.ts';
import type { Clock } from '../../runtime.ts';
import { findPolicy } from './policies.store.ts';

/** As long as another instance may show the permission as it was; whether it counts is read afresh where it is used. */
const KNOWN_FOR_MS = 1_000;

/** Admins hold `break_glass` while the policy has it switched on (CONTRACT §2). */
export function createBreakGlassPermission({ db, clock }: { db: Db; clock: Clock }) {
  let known: { on: boolean; at: number } | undefined;
  return async (caller: Caller): Promise<Caller> => {
    if (caller.kind !== 'person' || caller.role !== 'admin') return caller;
    const now = clock().getTime();
    if (!known || Math.abs(now - known.at) >= KNOWN_FOR_MS)
      known = { on: (await findPolicy(db))?.breakGlass ?? false, at: now };
    return known.on ? { ...caller, permissions: new Set([...caller.permissions, 'break_glass'] as const) } : caller;
  };
}
