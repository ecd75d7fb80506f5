import { TextInput } from '@mantine/core';
import type { Passkey } from '@mcp-coordinator/contract/second-factors.contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useFactorsChanged } from './own-factors.ts';

export function RenamePasskeyDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const [name, setName] = useState(passkey.name);
  const changed = useFactorsChanged();
  const renaming = useMutation({
    mutationFn: () => call('renamePasskey', { params: { id: passkey.id }, body: { name: name.trim() } }),
    onSuccess: onClose,
    onSettled: changed,
  });
  return (
    <FormDialog
      title={`Rename the passkey ${passkey.name}`}
      verb="Rename"
      onClose={onClose}
      onSubmit={() => renaming.mutate()}
      busy={renaming.isPending}
      error={renaming.error}
      blocked={name.trim() === '' ? 'Give it a name first' : undefined}
    >
      <TextInput
        label="Name"
        data-autofocus
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
