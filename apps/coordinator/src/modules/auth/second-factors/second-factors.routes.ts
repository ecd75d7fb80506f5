import type { Person } from '../../../http/caller.ts';
import type { Handlers } from '../../../http/handlers.ts';
import { beginSignIn, type LogInDeps } from '../log-in.ts';
import { sessionAnswer } from '../open-session.ts';
import { approverKeys } from './approver-keys.ts';
import { type BeginStepUpDeps, beginStepUp } from './begin-step-up.ts';
import type { GivenFactor } from './check-factor.ts';
import { addPasskey, beginPasskey, type EnrolPasskeyDeps, removePasskey, renamePasskey } from './enrol-passkey.ts';
import { beginTotp, confirmTotp, type EnrolTotpDeps, removeTotp } from './enrol-totp.ts';
import { enrolmentOf } from './enrolment.ts';
import { makeRecoveryCodes } from './make-recovery-codes.ts';
import { toPasskey } from './passkeys.store.ts';
import { type ResetDeps, resetSecondFactors } from './reset-second-factors.ts';

export type SecondFactorRouteName =
  | 'showSecondFactors'
  | 'beginSignIn'
  | 'beginStepUp'
  | 'beginTotp'
  | 'confirmTotp'
  | 'removeTotp'
  | 'beginPasskey'
  | 'addPasskey'
  | 'renamePasskey'
  | 'removePasskey'
  | 'makeRecoveryCodes'
  | 'resetSecondFactors'
  | 'showOwnApproverKeys'
  | 'listApproverKeys';

export type SecondFactorRouteDeps = LogInDeps &
  EnrolTotpDeps &
  EnrolPasskeyDeps &
  BeginStepUpDeps &
  ResetDeps & { publicUrl: URL };

const success = true as const;

/** Who asks, from where, and what they show to be the owner. */
const ownerRequest = (call: {
  readonly caller: Person;
  readonly body: GivenFactor & { readonly password?: string | undefined };
  readonly address: string;
  readonly requestId: string;
}) => ({
  person: call.caller,
  given: call.body,
  password: call.body.password,
  address: call.address,
  requestId: call.requestId,
});

export function secondFactorHandlers(deps: SecondFactorRouteDeps): Handlers<SecondFactorRouteName> {
  return {
    async showSecondFactors({ caller }) {
      const { enrolled, totp, passkeys, recoveryCodesLeft } = await enrolmentOf(deps.db, caller.userId);
      const since = totp?.confirmedAt?.toISOString();
      const body = { success, enrolled, totp: since ? { since } : null, passkeys: passkeys.map(toPasskey) };
      return { status: 200, body: { ...body, recoveryCodesLeft } };
    },
    async beginSignIn({ body, address, requestId }) {
      const begun = await beginSignIn(deps, { ...body, address, requestId });
      return begun.ok ? { status: 200, body: { success, ...begun.value } } : { refusal: begun.refusal };
    },
    async beginStepUp({ body, caller }) {
      const begun = await beginStepUp(deps, caller, body);
      return begun.ok ? { status: 200, body: { success, ...begun.value } } : { refusal: begun.refusal };
    },
    async beginTotp(call) {
      const begun = await beginTotp(deps, ownerRequest(call));
      return begun.ok ? { status: 200, body: { success, ...begun.value } } : { refusal: begun.refusal };
    },
    async confirmTotp({ body, caller, address, requestId }) {
      const confirmed = await confirmTotp(deps, { ...body, person: caller, address, requestId });
      if (!confirmed.ok) return { refusal: confirmed.refusal };
      const { grant, recoveryCodes } = confirmed.value;
      const answer = await sessionAnswer(deps, grant);
      return { ...answer, body: { ...answer.body, recoveryCodes } };
    },
    async removeTotp(call) {
      const removed = await removeTotp(deps, ownerRequest(call));
      return removed.ok ? sessionAnswer(deps, removed.value) : { refusal: removed.refusal };
    },
    async beginPasskey(call) {
      const begun = await beginPasskey(deps, ownerRequest(call));
      return begun.ok ? { status: 200, body: { success, ...begun.value } } : { refusal: begun.refusal };
    },
    async addPasskey({ body, caller, address, requestId }) {
      const added = await addPasskey(deps, { ...body, person: caller, address, requestId });
      if (!added.ok) return { refusal: added.refusal };
      const { grant, recoveryCodes, passkey } = added.value;
      const answer = await sessionAnswer(deps, grant);
      return { ...answer, status: 201, body: { ...answer.body, passkey, recoveryCodes } };
    },
    async renamePasskey({ params, body, caller, requestId }) {
      const renamed = await renamePasskey(deps, { ...params, ...body, person: caller, requestId });
      return renamed.ok ? { status: 200, body: { success, passkey: renamed.value } } : { refusal: renamed.refusal };
    },
    async removePasskey(call) {
      const removed = await removePasskey(deps, call.params.id, ownerRequest(call));
      return removed.ok ? sessionAnswer(deps, removed.value) : { refusal: removed.refusal };
    },
    async makeRecoveryCodes(call) {
      const made = await makeRecoveryCodes(deps, ownerRequest(call));
      return made.ok ? { status: 200, body: { success, recoveryCodes: made.value } } : { refusal: made.refusal };
    },
    showOwnApproverKeys: async ({ caller }) => ({
      status: 200,
      body: { success, keys: await approverKeys(deps, caller.userId) },
    }),
    listApproverKeys: async () => ({ status: 200, body: { success, keys: await approverKeys(deps) } }),
    async resetSecondFactors({ params, body, caller, address, requestId }) {
      const reset = await resetSecondFactors(deps, {
        ...{ userId: params.id, person: caller, given: body },
        ...{ address, requestId },
      });
      return reset.ok
        ? { status: 200, body: { success, id: params.id, removed: reset.value } }
        : { refusal: reset.refusal };
    },
  };
}
