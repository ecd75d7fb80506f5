import { TextInput } from '@mantine/core';
import type { CallValue } from '@mcp-coordinator/client/route-call';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { type OwnFactors, useFactorsChanged } from './own-factors.ts';
import { OwnerDialog } from './owner-dialog.tsx';
import { QrCode } from './qr-code.tsx';

interface TotpDialogProps {
  factors: OwnFactors;
  onClose: () => void;
  /** The first recovery codes, where these are. */
  onAdded: (recoveryCodes: readonly string[] | null) => void;
}

/** Proof, then the secret as a QR code, then the first code: only that makes it count. */
export function TotpDialog({ factors, onClose, onAdded }: TotpDialogProps) {
  const [begun, setBegun] = useState<CallValue<'beginTotp'>>();
  if (begun) return <ConfirmTotpDialog begun={begun} onClose={onClose} onAdded={onAdded} />;
  return (
    <OwnerDialog
      title="Add an authenticator app"
      verb="Continue"
      factors={factors}
      act={(proof) => call('beginTotp', { body: proof })}
      onDone={setBegun}
      onClose={onClose}
    >
      <p className="dim">Any app that makes codes of six digits will do. Your other sessions end when it is added.</p>
    </OwnerDialog>
  );
}

function ConfirmTotpDialog({
  begun,
  onClose,
  onAdded,
}: Omit<TotpDialogProps, 'factors'> & { begun: CallValue<'beginTotp'> }) {
  const [otp, setOtp] = useState('');
  const changed = useFactorsChanged();
  const confirming = useMutation({
    mutationFn: () => call('confirmTotp', { body: { otp } }),
    onSuccess: ({ recoveryCodes }) => onAdded(recoveryCodes),
    onError: () => setOtp(''),
    onSettled: changed,
  });
  return (
    <FormDialog
      title="Add an authenticator app"
      verb="Add"
      onClose={onClose}
      onSubmit={() => confirming.mutate()}
      busy={confirming.isPending}
      error={confirming.error}
      blocked={otp.trim() === '' ? 'Enter the code that the app shows first' : undefined}
    >
      <p>Scan this with the app, or type the key into it.</p>
      <QrCode text={begun.uri} label="QR code with the key for the authenticator app" />
      <div>
        <code>{begun.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code> <CopyButton text={begun.secret} />
      </div>
      <TextInput
        label="Code that the app shows"
        inputMode="numeric"
        autoComplete="one-time-code"
        data-autofocus
        maxLength={16}
        value={otp}
        onChange={(event) => setOtp(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
