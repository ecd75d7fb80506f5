import type { User } from '@mcp-coordinator/contract/auth.contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/ask.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useStepUp } from './use-step-up.tsx';

export interface UserChange {
  readonly user: User;
  readonly wish: { role: User['role'] } | { disabled: boolean } | 'reset_factors' | 'end_sessions';
}

const wordsOf = ({ user: { username }, wish }: UserChange): { title: string; verb: string; effect: string } => {
  if (wish === 'reset_factors') {
    const effect = 'Their authenticator app, passkeys and recovery codes are worth nothing from then on.';
    return { title: `Reset the second factors of ${username}`, verb: 'Reset', effect };
  }
  if (wish === 'end_sessions') return { title: `Sign ${username} out everywhere`, verb: 'Sign out', effect: '' };
  if ('role' in wish) return { title: `Make ${username} ${wish.role}`, verb: 'Change the role', effect: '' };
  const verb = wish.disabled ? 'Disable' : 'Enable';
  return { title: `${verb} ${username}`, verb, effect: wish.disabled ? 'They can sign in no more.' : '' };
};

/** A change of somebody's account, under one's own second factor where one has one. It ends their sessions. */
export function ChangeUserDialog({ change, onClose }: { change: UserChange; onClose: () => void }) {
  const { title, verb, effect } = wordsOf(change);
  const stepUp = useStepUp('manage_users');
  // Whoever takes rights away needs no more than the right to.
  const needsFactor = change.wish !== 'end_sessions';
  const queryClient = useQueryClient();
  const changing = useMutation({
    mutationFn: async () => {
      const { user, wish } = change;
      const params = { id: user.id };
      if (wish === 'end_sessions') return void (await call('endUserSessions', { params }));
      const factor = await stepUp.give();
      await (wish === 'reset_factors'
        ? call('resetSecondFactors', { params, body: factor })
        : call('updateUser', { params, body: { ...wish, ...factor } }));
    },
    onSuccess: onClose,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['listUsers'] }),
  });
  return (
    <FormDialog
      title={title}
      verb={verb}
      onClose={onClose}
      onSubmit={() => changing.mutate()}
      busy={changing.isPending}
      error={changing.error}
      blocked={needsFactor ? stepUp.gap : undefined}
    >
      <p>{effect} Their sessions end.</p>
      {needsFactor ? stepUp.fields : null}
    </FormDialog>
  );
}
