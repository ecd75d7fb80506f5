import type { ApprovalTokenView } from '@mcp-coordinator/contract/auth.contract';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/ask.ts';
import { askPages } from '../../api/pages.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Table } from '../../ui/table.tsx';
import { Tag, type Tone } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { totalWords } from '../../ui/total-words.ts';

const STATES: Record<ApprovalTokenView['state'], { tone: Tone; glyph: string; word: string }> = {
  open: { tone: 'low', glyph: '◷', word: 'Open' },
  used: { tone: 'neutral', glyph: '✓', word: 'Used' },
  expired: { tone: 'neutral', glyph: '—', word: 'Expired' },
  revoked: { tone: 'neutral', glyph: '⊘', word: 'Revoked' },
};

/** One's own consents: never their value, always what they are bound to. */
export function ApprovalTokensPanel() {
  const query = useInfiniteQuery(askPages('listApprovalTokens', { limit: 20 }));
  const queryClient = useQueryClient();
  const revoking = useMutation({
    mutationFn: (id: string) => call('revokeApprovalToken', { params: { id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['listApprovalTokens'] }),
  });
  const first = query.data?.pages[0];
  const tokens = query.data?.pages.flatMap(({ approvalTokens }) => approvalTokens) ?? [];
  return (
    <Panel title="Your approval tokens" aside="newest first">
      <Loaded query={query} what="your tokens">
        {() => (
          <div>
            {revoking.error ? <ProblemNotice error={revoking.error} /> : null}
            {tokens.length === 0 ? (
              <Quiet>You have minted no approval token yet.</Quiet>
            ) : (
              <Table
                label="Your approval tokens"
                rows={tokens}
                rowKey={({ id }) => id}
                columns={[
                  {
                    head: 'For',
                    cell: ({ proposalId, assessmentId, reason }) => (
                      <>
                        <code>{proposalId ?? assessmentId ?? 'not bound yet'}</code>
                        <div className="dim">“{reason}”</div>
                      </>
                    ),
                  },
                  {
                    head: 'State',
                    cell: ({ state }) => (
                      <Tag tone={STATES[state].tone} glyph={STATES[state].glyph}>
                        {STATES[state].word}
                      </Tag>
                    ),
                  },
                  { head: 'Expires', narrow: 'hide', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
                  {
                    head: 'Revoke',
                    headUnseen: true,
                    align: 'right',
                    cell: ({ id, state }) => (
                      <Button
                        blocked={state === 'open' ? undefined : `It is ${STATES[state].word.toLowerCase()}`}
                        onClick={() => revoking.mutate(id)}
                      >
                        Revoke
                      </Button>
                    ),
                  },
                ]}
              />
            )}
            <MoreButton pages={query} shown={tokens.length} of={first ? totalWords(first) : ''} />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}
