import { PasswordInput, Textarea } from '@mantine/core';
import { call } from '../../api/ask.ts';
import { TextButton } from '../../ui/button.tsx';
import type { StepUp } from '../auth/use-step-up.tsx';

/** A person's consent in the making: the reason, and a token of their own in the place of one minted now. */
export interface Consent {
  reason: string;
  pasted: string | undefined;
}
export const NO_CONSENT: Consent = { reason: '', pasted: undefined };

/** What is still missing, in words for the button. */
export const consentGap = ({ reason, pasted }: Consent, stepUp: StepUp): string | undefined => {
  if (reason.trim() === '') return 'Give a reason first';
  if (pasted === undefined) return stepUp.gap;
  return pasted === '' ? 'Paste the approval token first' : undefined;
};

/** The token to send: the pasted one, or one minted for this subject alone. It is kept nowhere but in the page's memory. */
export const tokenFor = async (
  { reason, pasted }: Consent,
  subject: { proposalId: string } | { assessmentId: string } | { policyChangeId: string },
  stepUp: StepUp,
): Promise<string> => {
  if (pasted !== undefined) return pasted.trim();
  const body = { reason: reason.trim(), ...subject, ...(await stepUp.give(subject)) };
  return (await call('mintApprovalToken', { body })).approvalToken;
};

interface ConsentFieldsProps {
  consent: Consent;
  onChange: (consent: Consent) => void;
  stepUp: StepUp;
}

export function ConsentFields({ consent, onChange, stepUp }: ConsentFieldsProps) {
  const { reason, pasted } = consent;
  return (
    <>
      <Textarea
        label="Reason"
        description="Kept with the decision in the audit log."
        required
        data-autofocus
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        onChange={(event) => onChange({ ...consent, reason: event.currentTarget.value })}
      />
      {pasted === undefined ? stepUp.fields : null}
      {pasted === undefined ? (
        <div className="dim">
          An approval token is minted for this and nothing else.{' '}
          <TextButton onClick={() => onChange({ ...consent, pasted: '' })}>Use one I already have</TextButton>
        </div>
      ) : (
        <div>
          <PasswordInput
            label="Approval token"
            autoComplete="off"
            value={pasted}
            onChange={(event) => onChange({ ...consent, pasted: event.currentTarget.value })}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
          />
          <TextButton onClick={() => onChange({ ...consent, pasted: undefined })}>Mint one instead</TextButton>
        </div>
      )}
    </>
  );
}
