import type { User } from '@mcp-coordinator/contract/auth.contract';
import type { Role } from '@mcp-coordinator/contract/permissions';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { checkNewPassword, type WeakPassword } from './new-password.ts';
import { type Crowded, hashInTurn, type PasswordHashing } from './password-hashing.ts';
import { readUser } from './user-views.store.ts';
import { insertUser } from './users.store.ts';

export interface CreateUserRequest {
  readonly caller: Person;
  /** Normalised, as the contract's schema leaves it. */
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  readonly requestId: string;
}

type CreateUserRefusal = Refusal<'username_taken'> | WeakPassword | Crowded;

export async function createUser(
  deps: { db: Db; clock: Clock; recordAudit: RecordAudit; passwords: PasswordHashing },
  { caller, username, password, role, requestId }: CreateUserRequest,
): Promise<Result<User, CreateUserRefusal>> {
  const acceptable = checkNewPassword('password', password, username);
  if (!acceptable.ok) return acceptable;
  const hashed = await hashInTurn(deps.passwords, password);
  if (!hashed.ok) return hashed;
  return transact<User, CreateUserRefusal>(deps.db, async (tx) => {
    const user = { username, passwordHash: hashed.value, role, createdBy: caller.userId };
    const id = await insertUser(tx, user, deps.clock());
    if (id === undefined) return deny(refuse('username_taken', `An account named ${username} exists; none was made.`));
    await deps.recordAudit(tx, {
      action: 'user_created',
      actor: caller.actor,
      target: username,
      details: { role },
      requestId,
    });
    return accept(await readUser(tx, id));
  });
}
