import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, call } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Tag, type Tone } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { missing, useMe } from '../auth/me.ts';
import styles from './monitoring.module.css';
import { SilenceDialog } from './silence-dialog.tsx';

const STATE_ORDER: readonly Alert['state'][] = ['firing', 'pending', 'resolved'];
const SHOWN = 12;

const markOf = ({ state, severity }: Alert): { tone: Tone; glyph: string; word: string } => {
  if (state === 'pending') return { tone: 'low', glyph: '◷', word: 'Pending' };
  if (state === 'resolved') return { tone: 'verified', glyph: '✓', word: 'Resolved' };
  return severity === 'critical'
    ? { tone: 'critical', glyph: '✕', word: 'Firing' }
    : { tone: 'high', glyph: '▲', word: 'Firing' };
};

export function AlertsPanel() {
  const query = useQuery(ask('listAlerts', { query: { limit: 100 } }));
  const alerts = [...(query.data?.alerts ?? [])].sort(
    (a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state),
  );
  const number = (state: Alert['state']) => alerts.filter((alert) => alert.state === state).length;
  return (
    <Panel title="Alerts" aside={query.data ? `${number('firing')} firing, ${number('pending')} pending` : undefined}>
      <Loaded query={query} what="the alerts">
        {() =>
          alerts.length === 0 ? (
            <Quiet>No alert has fired yet.</Quiet>
          ) : (
            <ul>
              {alerts.slice(0, SHOWN).map((alert) => (
                <AlertLine key={alert.id} alert={alert} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

function AlertLine({ alert }: { alert: Alert }) {
  const locked = missing(useMe(), 'manage_alerts');
  const [silencing, setSilencing] = useState(false);
  const queryClient = useQueryClient();
  const { tone, glyph, word } = markOf(alert);
  const acknowledging = useMutation({
    mutationFn: () => call('acknowledgeAlert', { params: { id: alert.id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['listAlerts'] }),
  });
  return (
    <li className={styles['alert']}>
      <div>
        <Tag tone={tone} glyph={glyph}>
          {word}
        </Tag>{' '}
        <code>{alert.condition}</code>
        <div className="dim">
          {alert.server ? `${alert.server} · ` : ''}
          since <Time at={alert.startedAt} />
          {alert.value === null ? '' : ` · ${alert.value.toLocaleString('en-US', { maximumFractionDigits: 2 })}`} ·{' '}
          {alert.action}
          {alert.acknowledgedBy ? ` · ${alert.acknowledgedBy} looks after it` : ''}
          {alert.silencedUntil ? (
            <>
              {' '}
              · silenced until <Time at={alert.silencedUntil} />
            </>
          ) : null}
        </div>
        {acknowledging.error ? <ProblemNotice error={acknowledging.error} /> : null}
      </div>
      {alert.state === 'firing' ? (
        <div className={styles['buttons']}>
          {alert.acknowledgedBy === null ? (
            <Button blocked={locked} busy={acknowledging.isPending} onClick={() => acknowledging.mutate()}>
              Acknowledge
            </Button>
          ) : null}
          {alert.silencedUntil === null ? (
            <Button blocked={locked} onClick={() => setSilencing(true)}>
              Silence…
            </Button>
          ) : null}
        </div>
      ) : null}
      {silencing ? <SilenceDialog alert={alert} onClose={() => setSilencing(false)} /> : null}
    </li>
  );
}
