import { NativeSelect, Textarea } from '@mantine/core';
import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';

const HOURS = [
  [1, 'for one hour'],
  [4, 'for four hours'],
  [24, 'for a day'],
  [168, 'for a week'],
] as const;
const HOUR_MS = 3_600_000;

/** Keeps one alert from being told for a while; it goes on being judged and shown. */
export function SilenceDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const [hours, setHours] = useState<number>(HOURS[0][0]);
  const [reason, setReason] = useState('');
  const queryClient = useQueryClient();
  const silencing = useMutation({
    mutationFn: () =>
      call('createSilence', {
        body: {
          condition: alert.condition,
          ...(alert.server === null ? {} : { server: alert.server }),
          reason: reason.trim(),
          endsAt: new Date(Date.now() + hours * HOUR_MS).toISOString(),
        },
      }),
    onSuccess: onClose,
    onSettled: () =>
      Promise.all(['listAlerts', 'listSilences'].map((name) => queryClient.invalidateQueries({ queryKey: [name] }))),
  });
  return (
    <FormDialog
      title="Silence an alert"
      verb="Silence"
      onClose={onClose}
      onSubmit={() => silencing.mutate()}
      busy={silencing.isPending}
      error={silencing.error}
      blocked={reason.trim() === '' ? 'Give a reason first' : undefined}
    >
      <p>
        <code>{alert.condition}</code>
        {alert.server === null ? '' : ` on ${alert.server}`} is told to nobody until then. It stays on this page, and is
        told afterwards if it still fires.
      </p>
      <NativeSelect
        label="How long"
        data={HOURS.map(([value, label]) => ({ value: `${value}`, label }))}
        value={`${hours}`}
        onChange={(event) => setHours(Number(event.currentTarget.value))}
      />
      <Textarea
        label="Reason"
        description="Kept in the audit log."
        required
        data-autofocus
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
