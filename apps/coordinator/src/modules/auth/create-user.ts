import type { User } from '@mcp-coordinator/contract/auth.contract';
import type { Role } from '@mcp-coordinator/contract/permissions';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Person } from '../../http/caller.ts';
import { checkNewPassword, type WeakPassword } from './new-password.ts';
import { type Crowded, hashInTurn, type PasswordHashing } from './password-hashing.ts';
import type { GivenFactor } from './second-factors/check-factor.ts';
import { type StepUpDeps, type StepUpRefusal, withStepUp } from './second-factors/step-up.ts';
import { readUser } from './user-views.store.ts';
import { insertUser } from './users.store.ts';

export interface CreateUserRequest extends GivenFactor {
  readonly caller: Person;
  /** Normalised, as the contract's schema leaves it. */
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  readonly address: string;
  readonly requestId: string;
}

type CreateUserRefusal = Refusal<'username_taken'> | WeakPassword | Crowded | StepUpRefusal;

export async function createUser(
  deps: StepUpDeps & { passwords: PasswordHashing },
  { caller, username, password, role, address, requestId, ...given }: CreateUserRequest,
): Promise<Result<User, CreateUserRefusal>> {
  const acceptable = checkNewPassword('password', password, username);
  if (!acceptable.ok) return acceptable;
  const hashed = await hashInTurn(deps.passwords, password);
  if (!hashed.ok) return hashed;
  const under = { person: caller, given, subject: null, address, requestId };
  return withStepUp<User, Refusal<'username_taken'>>(deps, 'manage_users', under, async (tx) => {
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
