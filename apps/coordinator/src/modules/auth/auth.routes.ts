import type { Handlers } from '../../http/handlers.ts';
import { listKeys } from './api-keys.store.ts';
import { type ChangePasswordDeps, changePassword } from './change-password.ts';
import { type CreateKeyDeps, createApiKey } from './create-api-key.ts';
import { createUser } from './create-user.ts';
import { type LogInDeps, logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { sessionAnswer } from './open-session.ts';
import { renewSession } from './renew-session.ts';
import { type RevokeKeyDeps, revokeApiKey } from './revoke-api-key.ts';
import {
  type SecondFactorRouteDeps,
  type SecondFactorRouteName,
  secondFactorHandlers,
} from './second-factors/second-factors.routes.ts';
import { type SessionRouteName, sessionHandlers } from './sessions.routes.ts';
import { type UpdateUserDeps, updateUser } from './update-user.ts';
import { listUsers } from './user-views.store.ts';

export type AuthRouteName =
  | 'login'
  | 'refresh'
  | 'logout'
  | 'showPermissions'
  | 'changePassword'
  | 'listUsers'
  | 'createUser'
  | 'updateUser'
  | 'listApiKeys'
  | 'createApiKey'
  | 'revokeApiKey'
  | SecondFactorRouteName
  | SessionRouteName;

export type AuthRouteDeps = LogInDeps &
  ChangePasswordDeps &
  UpdateUserDeps &
  CreateKeyDeps &
  RevokeKeyDeps &
  SecondFactorRouteDeps;

const success = true as const;

export function authHandlers(deps: AuthRouteDeps): Handlers<AuthRouteName> {
  return {
    ...secondFactorHandlers(deps),
    ...sessionHandlers(deps),
    async login({ body, address, userAgent, requestId }) {
      const opened = await logIn(deps, { ...body, address, userAgent, requestId });
      return opened.ok ? sessionAnswer(deps, opened.value) : { refusal: opened.refusal };
    },
    async refresh({ caller, address, requestId }) {
      const renewed = await renewSession(deps, { caller, address, requestId });
      return renewed.ok ? sessionAnswer(deps, renewed.value) : { refusal: renewed.refusal };
    },
    async logout({ caller, requestId }) {
      await logOut(deps, caller, requestId);
      return { status: 200, body: { success }, cookies: [deps.cookies.clear] };
    },
    showPermissions: ({ caller }) =>
      Promise.resolve({
        status: 200,
        body: {
          success,
          username: caller.actor,
          role: caller.kind === 'person' ? caller.role : ('machine' as const),
          permissions: [...caller.permissions],
        },
      }),
    async changePassword({ body, caller, address, requestId }) {
      const changed = await changePassword(deps, { ...body, caller, address, requestId });
      return changed.ok ? sessionAnswer(deps, changed.value) : { refusal: changed.refusal };
    },
    async listUsers({ query }) {
      const listed = await listUsers(deps.db, query);
      if (!listed.ok) return { refusal: listed.refusal };
      const { rows: users, ...page } = listed.value;
      return { status: 200, body: { success, users, ...page } };
    },
    async createUser({ body, caller, address, requestId }) {
      const created = await createUser(deps, { ...body, caller, address, requestId });
      return created.ok ? { status: 201, body: { success, user: created.value } } : { refusal: created.refusal };
    },
    async updateUser({ params, body, caller, address, requestId }) {
      const updated = await updateUser(deps, { ...params, ...body, caller, address, requestId });
      return updated.ok ? { status: 200, body: { success, user: updated.value } } : { refusal: updated.refusal };
    },
    async listApiKeys({ query }) {
      const listed = await listKeys(deps.db, query);
      if (!listed.ok) return { refusal: listed.refusal };
      const { rows: apiKeys, ...page } = listed.value;
      return { status: 200, body: { success, apiKeys, ...page } };
    },
    async createApiKey({ body, caller, requestId }) {
      const created = await createApiKey(deps, { ...body, caller, requestId });
      return created.ok ? { status: 201, body: { success, ...created.value } } : { refusal: created.refusal };
    },
    async revokeApiKey({ params, caller, requestId }) {
      const revoked = await revokeApiKey(deps, caller, params.id, requestId);
      return revoked.ok ? { status: 200, body: { success, id: params.id } } : { refusal: revoked.refusal };
    },
  };
}
