import type { CallValue } from '@mcp-coordinator/client/route-call';
import type { Assertion } from '@mcp-coordinator/contract/second-factors.contract';
import { signChallenge } from './passkey-ceremony.ts';

export type FactorMethod = 'passkey' | 'totp' | 'recovery_code' | 'password';

/** A second factor in the making: which one, and what was typed. */
export interface FactorChoice {
  /** The first that there is, until the person chooses. */
  method: FactorMethod | undefined;
  text: string;
}
export const NO_FACTOR: FactorChoice = { method: undefined, text: '' };

type State = Pick<CallValue<'showSecondFactors'>, 'enrolled' | 'totp' | 'passkeys' | 'recoveryCodesLeft'>;

/** What serves for one thing done, such as an approval. */
export function stepUpMethods({ totp, passkeys }: State): FactorMethod[] {
  return [...(passkeys.length > 0 ? (['passkey'] as const) : []), ...(totp ? (['totp'] as const) : [])];
}

/** What shows the owner of the account, who changes factors. */
export function ownerMethods(state: State): FactorMethod[] {
  if (!state.enrolled) return ['password'];
  return [...stepUpMethods(state), ...(state.recoveryCodesLeft > 0 ? (['recovery_code'] as const) : [])];
}

export const chosen = (methods: readonly FactorMethod[], choice: FactorChoice): FactorMethod | undefined =>
  choice.method ?? methods[0];

const MISSING: Record<Exclude<FactorMethod, 'passkey'>, string> = {
  totp: 'Enter the code of your authenticator app first',
  recovery_code: 'Enter a recovery code first',
  password: 'Enter your password first',
};

/** What is still missing, in words for the button. */
export function factorGap(methods: readonly FactorMethod[], choice: FactorChoice): string | undefined {
  const method = chosen(methods, choice);
  return method === undefined || method === 'passkey' || choice.text.trim() !== '' ? undefined : MISSING[method];
}

export interface GivenFactor {
  otp?: string;
  assertion?: Assertion;
  recoveryCode?: string;
  password?: string;
}

/** What to send; for a passkey the browser asks the person now, over a challenge that `begin` fetches. */
export async function giveFactor(
  methods: readonly FactorMethod[],
  choice: FactorChoice,
  begin: () => Promise<object | null>,
): Promise<GivenFactor> {
  switch (chosen(methods, choice)) {
    case 'passkey':
      return { assertion: await signChallenge((await begin()) ?? {}) };
    case 'totp':
      return { otp: choice.text };
    case 'recovery_code':
      return { recoveryCode: choice.text };
    case 'password':
      return { password: choice.text };
    case undefined:
      return {};
  }
}
