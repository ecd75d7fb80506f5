import type { Silence } from '@mcp-coordinator/contract/silences.contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, call } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Time } from '../../ui/time.tsx';
import { missing, useMe } from '../auth/me.ts';
import styles from './monitoring.module.css';

/** What is kept from being told now or later; nothing while there is nothing. */
export function SilencesPanel() {
  const query = useQuery(ask('listSilences', { query: { limit: 100 } }));
  const open = query.data?.silences.filter(({ state }) => state !== 'ended') ?? [];
  if (query.data && open.length === 0) return null;
  return (
    <Panel title="Silences" aside={query.data ? `${open.length} in force` : undefined}>
      <Loaded query={query} what="the silences">
        {() => (
          <ul>
            {open.map((silence) => (
              <SilenceLine key={silence.id} silence={silence} />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

function SilenceLine({ silence }: { silence: Silence }) {
  const me = useMe();
  const queryClient = useQueryClient();
  const ending = useMutation({
    mutationFn: () => call('endSilence', { params: { id: silence.id } }),
    onSettled: () =>
      Promise.all(['listAlerts', 'listSilences'].map((name) => queryClient.invalidateQueries({ queryKey: [name] }))),
  });
  const { severity, condition, server, reason, state, startsAt, endsAt, createdBy } = silence;
  return (
    <li className={styles['alert']}>
      <div>
        <code>{condition ?? `every ${severity ?? ''} alert`}</code>
        {server === null ? '' : ` on ${server}`}
        <div className="dim">
          “{reason}” · {createdBy} ·{' '}
          {state === 'waiting' ? (
            <>
              from <Time at={startsAt} />{' '}
            </>
          ) : null}
          until <Time at={endsAt} />
        </div>
        {ending.error ? <ProblemNotice error={ending.error} /> : null}
      </div>
      <Button blocked={missing(me, 'manage_alerts')} busy={ending.isPending} onClick={() => ending.mutate()}>
        End it
      </Button>
    </li>
  );
}
