import type { StepUpPurpose } from '@mcp-coordinator/contract/second-factors.contract';
import { type ReactNode, useState } from 'react';
import { factorGap, type GivenFactor, giveFactor, NO_FACTOR, stepUpMethods } from './factor-choice.ts';
import { FactorFields } from './factor-fields.tsx';
import { beginFor, type Subject, useOwnFactors } from './own-factors.ts';

export interface StepUp {
  /** Nothing for who has no second factor. */
  readonly fields: ReactNode;
  /** What is still missing, in words for the button. */
  readonly gap: string | undefined;
  /** The factor to send; a passkey signs what is approved. What was typed is gone with it: it is good once. */
  readonly give: (subject?: Subject) => Promise<GivenFactor>;
}

const NO_PASSKEY = 'This takes a signature: add a passkey on your account page first';

/** A fresh second factor for one thing done, as part of its form; `signed` leaves passkeys alone. */
export function useStepUp(purpose: StepUpPurpose, { signed = false }: { signed?: boolean } = {}): StepUp {
  const [choice, setChoice] = useState(NO_FACTOR);
  const { data, error } = useOwnFactors();
  const methods = data ? stepUpMethods(data).filter((method) => !signed || method === 'passkey') : [];
  const gap = signed && data && methods.length === 0 ? NO_PASSKEY : factorGap(methods, choice);
  return {
    fields: <FactorFields methods={methods} choice={choice} onChange={setChoice} />,
    gap: data || error ? gap : 'Your second factors are being read',
    give: async (subject) => {
      setChoice({ ...choice, text: '' });
      return giveFactor(methods, choice, beginFor(purpose, subject));
    },
  };
}
