import { PasswordInput } from '@mantine/core';
import { PASSWORD_LENGTH_MIN } from '@mcp-coordinator/contract/auth.contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

export function PasswordPanel() {
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const changing = useMutation({
    mutationFn: () => call('changePassword', { body: { currentPassword, newPassword } }),
    onSuccess: () => {
      setCurrent('');
      setNew('');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  return (
    <Panel title="Change your password" aside="ends every other session of yours">
      <form onSubmit={submit}>
        <PanelBody>
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            value={currentPassword}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the present password' }}
          />
          <PasswordInput
            label="New password"
            description={`At least ${PASSWORD_LENGTH_MIN} characters, not one of the commonest.`}
            autoComplete="new-password"
            value={newPassword}
            onChange={(event) => setNew(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the new password' }}
          />
          {changing.error ? <ProblemNotice error={changing.error} /> : null}
          {changing.isSuccess ? <Notice tone="verified" title="✓ Password changed." urgent /> : null}
          <div>
            <Button
              type="submit"
              busy={changing.isPending}
              blocked={currentPassword === '' || newPassword === '' ? 'Enter both passwords first' : undefined}
            >
              Change password
            </Button>
          </div>
        </PanelBody>
      </form>
    </Panel>
  );
}
