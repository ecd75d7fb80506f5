import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { passwordProblem } from '@mcp-coordinator/core/auth/password';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';

export type WeakPassword = Refusal<'weak_password'>;

export const weakPassword = (field: string, problem: string): WeakPassword =>
  refuse('weak_password', `The password ${problem}; nothing was changed.`, {
    errors: [{ path: `/${field}`, message: problem }],
  });

/** Whether a new password is good enough; `field` is where it stood in the request. */
export function checkNewPassword(field: string, password: string, username: string): Result<undefined, WeakPassword> {
  const problem = passwordProblem(password, username);
  return problem ? deny(weakPassword(field, problem)) : accept(undefined);
}
