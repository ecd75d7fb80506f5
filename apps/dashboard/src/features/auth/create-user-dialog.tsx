import { NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { PASSWORD_LENGTH_MIN } from '@mcp-coordinator/contract/auth.contract';
import { ROLES, type Role } from '@mcp-coordinator/contract/permissions';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useStepUp } from './use-step-up.tsx';

export function CreateUserDialog({ onClose }: { onClose: () => void }) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const stepUp = useStepUp('manage_users');
  const queryClient = useQueryClient();
  const creating = useMutation({
    mutationFn: async () =>
      call('createUser', { body: { username: username.trim(), password, role, ...(await stepUp.give()) } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['listUsers'] });
      onClose();
    },
  });
  return (
    <FormDialog
      title="Create account"
      verb="Create account"
      onClose={onClose}
      onSubmit={() => creating.mutate()}
      busy={creating.isPending}
      error={creating.error}
      blocked={username.trim() === '' || password === '' ? 'Give a user name and a password first' : stepUp.gap}
    >
      <TextInput
        label="User name"
        description="3–64 of a–z 0–9 . _ -"
        autoComplete="off"
        data-autofocus
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <PasswordInput
        label="First password"
        description={`At least ${PASSWORD_LENGTH_MIN} characters. The person changes it under Settings.`}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
      />
      <NativeSelect
        label="Role"
        data={[...ROLES]}
        value={role}
        onChange={({ currentTarget: { value } }) => setRole(ROLES.find((one) => one === value) ?? 'viewer')}
      />
      {stepUp.fields}
    </FormDialog>
  );
}
