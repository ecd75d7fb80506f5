import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, call } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { clientWords } from './client-words.ts';

/** Where one is signed in, and a way to end what one does not know. */
export function SessionsPanel() {
  const query = useQuery(ask('listSessions', {}));
  const queryClient = useQueryClient();
  const onSettled = () => queryClient.invalidateQueries({ queryKey: ['listSessions'] });
  const ending = useMutation({ mutationFn: (id: string) => call('endSession', { params: { id } }), onSettled });
  const endingOthers = useMutation({ mutationFn: () => call('endOtherSessions', {}), onSettled });
  const error = ending.error ?? endingOthers.error;
  const others = query.data?.sessions.some(({ current }) => !current);
  return (
    <Panel
      title="Where you are signed in"
      aside={
        <Button
          busy={endingOthers.isPending}
          blocked={others ? undefined : 'You are signed in nowhere else'}
          onClick={() => endingOthers.mutate()}
        >
          Sign out everywhere else
        </Button>
      }
    >
      <Loaded query={query} what="your sessions">
        {({ sessions }) => (
          <div>
            {error ? <ProblemNotice error={error} /> : null}
            <Table
              label="Your sessions"
              rows={sessions}
              rowKey={({ id }) => id}
              columns={[
                {
                  head: 'Client',
                  cell: ({ userAgent, address, current }) => (
                    <>
                      <b title={visibleText(userAgent ?? '')}>{clientWords(userAgent)}</b>
                      <div className="dim">
                        {current ? 'this one · ' : ''}
                        {address ?? 'address unknown'}
                      </div>
                    </>
                  ),
                },
                { head: 'Signed in', narrow: 'hide', cell: ({ createdAt }) => <Time at={createdAt} /> },
                { head: 'Last used', narrow: 'hide', cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
                {
                  head: 'End',
                  headUnseen: true,
                  align: 'right',
                  cell: ({ id, current }) => (
                    <Button
                      blocked={current ? 'It is the one you use; sign out instead' : undefined}
                      onClick={() => ending.mutate(id)}
                    >
                      Sign out
                    </Button>
                  ),
                },
              ]}
            />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}
