import type { AlertNotification } from '@mcp-coordinator/contract/alert-channels.contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, call } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { missing, useMe } from '../auth/me.ts';
import styles from './monitoring.module.css';

/** Alerts that could be told to nobody, and why; nothing while all were. */
export function FailedNoticesPanel() {
  const query = useQuery(ask('listAlertNotifications', { query: { limit: 20, state: 'failed' } }));
  const failed = query.data?.notifications ?? [];
  if (failed.length === 0) return null;
  return (
    <Panel title="Alerts that could not be told">
      <ul>
        {failed.map((notification) => (
          <FailedNotice key={notification.id} notification={notification} />
        ))}
      </ul>
    </Panel>
  );
}

function FailedNotice({ notification }: { notification: AlertNotification }) {
  const me = useMe();
  const queryClient = useQueryClient();
  const retrying = useMutation({
    mutationFn: () => call('retryAlertNotification', { params: { id: notification.id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['listAlertNotifications'] }),
  });
  return (
    <li className={styles['alert']}>
      <div>
        <Tag tone="high" glyph="▲">
          Not told
        </Tag>{' '}
        by {notification.channel}
        <div className="dim">
          {notification.error} · {notification.attempts} attempts since <Time at={notification.createdAt} />
        </div>
        {retrying.error ? <ProblemNotice error={retrying.error} /> : null}
      </div>
      <Button blocked={missing(me, 'manage_alerts')} busy={retrying.isPending} onClick={() => retrying.mutate()}>
        Send again
      </Button>
    </li>
  );
}
