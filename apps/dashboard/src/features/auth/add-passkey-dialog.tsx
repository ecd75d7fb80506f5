import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import type { OwnFactors } from './own-factors.ts';
import { OwnerDialog } from './owner-dialog.tsx';
import { makePasskey, passkeysWork } from './passkey-ceremony.ts';

interface AddPasskeyDialogProps {
  factors: OwnFactors;
  onClose: () => void;
  onAdded: (recoveryCodes: readonly string[] | null) => void;
}

export function AddPasskeyDialog({ factors, onClose, onAdded }: AddPasskeyDialogProps) {
  const [name, setName] = useState('');
  const gap = passkeysWork() ? undefined : 'Passkeys need TLS, or the name localhost in the address';
  return (
    <OwnerDialog
      title="Add a passkey"
      verb="Add"
      factors={factors}
      gap={gap ?? (name.trim() === '' ? 'Give it a name first' : undefined)}
      act={async (proof) => {
        const { publicKey } = await call('beginPasskey', { body: proof });
        const registration = await makePasskey(publicKey);
        return call('addPasskey', { body: { name: name.trim(), registration } });
      }}
      onDone={({ recoveryCodes }) => onAdded(recoveryCodes)}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="So that you know it again: the device or key it lies on."
        data-autofocus
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <p className="dim">Your browser makes it when you go on. Your other sessions end when it is added.</p>
    </OwnerDialog>
  );
}
