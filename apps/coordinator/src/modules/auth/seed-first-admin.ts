import { randomBytes } from 'node:crypto';
import { usernameSchema } from '@mcp-coordinator/contract/auth.contract';
import { passwordProblem } from '@mcp-coordinator/core/auth/password';
import { accept } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PasswordHashing } from './password-hashing.ts';
import { anyUserExists, insertUser, lockSeeding } from './users.store.ts';

export interface FirstAdminConfig {
  readonly adminUsername: string;
  readonly adminPassword?: string | undefined;
}

export interface SeededAdmin {
  readonly username: string;
  /** To be shown once; absent where the configuration gave the password. */
  readonly generatedPassword?: string;
}

/**
 * Makes the first admin where there is no user at all, and nothing otherwise: later starts never reset an account. Throws,
 * naming the variable, when the configuration is not acceptable. Of two instances that start at once, one makes it.
 */
export async function seedFirstAdmin(
  deps: { db: Db; clock: Clock; recordAudit: RecordAudit; passwords: PasswordHashing },
  config: FirstAdminConfig,
): Promise<SeededAdmin | undefined> {
  if (await anyUserExists(deps.db)) return undefined;
  const username = acceptableName(config.adminUsername);
  // 144 random bits as 24 characters: nothing to guess, and short enough to type once.
  const generated = config.adminPassword === undefined ? randomBytes(18).toString('base64url') : undefined;
  const password = generated ?? acceptablePassword(config.adminPassword ?? '', username);
  const passwordHash = await deps.passwords.hash(password);
  const seeded = await transact<boolean, never>(deps.db, async (tx) => {
    await lockSeeding(tx);
    if (await anyUserExists(tx)) return accept(false);
    await insertUser(tx, { username, passwordHash, role: 'admin', createdBy: null }, deps.clock());
    await deps.recordAudit(tx, {
      action: 'admin_seeded',
      actor: 'system',
      target: username,
      details: { generated: generated !== undefined },
    });
    return accept(true);
  });
  if (!seeded.ok || !seeded.value) return undefined;
  return generated === undefined ? { username } : { username, generatedPassword: generated };
}

function acceptableName(name: string): string {
  const parsed = usernameSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new Error(`ADMIN_USERNAME ${parsed.error.issues[0]?.message ?? 'is not a user name'}`);
}

function acceptablePassword(password: string, username: string): string {
  const problem = passwordProblem(password, username);
  if (problem === undefined) return password;
  throw new Error(`ADMIN_PASSWORD ${problem}; choose another one, or leave it out to have one made`);
}
