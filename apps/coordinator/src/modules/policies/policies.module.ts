import { type MfaPurpose, mfaRequired, type PolicyPair } from '@mcp-coordinator/core/approvals/approval-policy';
import type { Logger } from 'pino';
import type { Db, Tx } from '../../db/schema.ts';
import { createBreakGlassPermission } from './break-glass-permission.ts';
import type { ChangePolicyDeps } from './change-policy.ts';
import { expirePolicyChange } from './end-policy-change.ts';
import { openPolicyChange, type PolicyDecision } from './open-policy-change.ts';
import { createPoliciesRoutes } from './policies.routes.ts';
import { findPolicy, findPolicyChange, holdPolicy, type StoredPolicy } from './policies.store.ts';
import { type PolicySeed, seedPolicy } from './seed-policy.ts';

export type { StoredPolicy } from './policies.store.ts';
export interface PoliciesModuleDeps extends ChangePolicyDeps {
  log: Logger;
  /** From the environment; alters nothing once a policy is stored. */
  seed: PolicySeed;
}

const EXPIRE_EVERY_MS = 15_000;

/** The stored approval policy, version by version, and changes of it that wait for a second person. */
export function createPoliciesModule(deps: PoliciesModuleDeps) {
  const { db, seed, log } = deps;
  let timer: NodeJS.Timeout | undefined;
  const stored = async (from: Db | Tx, version?: number): Promise<StoredPolicy> => {
    const policy = await findPolicy(from, version);
    if (!policy)
      throw new Error(`approval policy, ${version === undefined ? 'any version' : `version ${version}`}: not stored`);
    return policy;
  };
  const expire = (): Promise<boolean> => expirePolicyChange(deps);
  return {
    handlers: createPoliciesRoutes(deps),
    /** In force. */
    current: (from: Db | Tx) => stored(from),
    findChange: findPolicyChange,
    /** What applies to a proposal that was made under this version. */
    pair: async (from: Db | Tx, boundVersion: number): Promise<PolicyPair> => {
      const inForce = await stored(from);
      return { inForce, bound: boundVersion === inForce.version ? inForce : await stored(from, boundVersion) };
    },
    /** Keeps the policy as it is until the transaction ends; asked for before anything is locked. */
    hold: (tx: Tx) => holdPolicy(tx, 'shared'),
    /** Whether the policy in force asks for a second factor. */
    mfaRequired: async (purpose: MfaPurpose, from: Db | Tx = db): Promise<boolean> =>
      mfaRequired(await stored(from), purpose),
    withBreakGlass: createBreakGlassPermission(deps),
    openChange: (tx: Tx, decision: PolicyDecision) => openPolicyChange(deps, tx, decision),
    expire,
    start: async (): Promise<void> => {
      await seedPolicy(deps, seed);
      timer = setInterval(
        () =>
          void expire().catch((error: unknown) =>
            log.warn({ err: error }, 'a policy change could not be expired; trying again'),
          ),
        EXPIRE_EVERY_MS,
      );
    },
    stop: (): void => clearInterval(timer),
  };
}
export type PoliciesModule = ReturnType<typeof createPoliciesModule>;
