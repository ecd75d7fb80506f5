import { NativeSelect } from '@mantine/core';
import type { CallValue } from '@mcp-coordinator/client/route-call';
import type { User } from '@mcp-coordinator/contract/auth.contract';
import { ROLES } from '@mcp-coordinator/contract/permissions';
import { type UseQueryResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Table } from '../../ui/table.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { CreateUserDialog } from './create-user-dialog.tsx';

export function PeoplePanel({ query }: { query: UseQueryResult<CallValue<'listUsers'>> }) {
  const [creating, setCreating] = useState(false);
  const queryClient = useQueryClient();
  const changing = useMutation({
    mutationFn: ({ id, ...body }: { id: number; role?: User['role']; disabled?: boolean }) =>
      call('updateUser', { params: { id }, body }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['listUsers'] }),
  });
  const role = (user: User) => (
    <NativeSelect
      aria-label={`Role of ${user.username}`}
      size="xs"
      data={[...ROLES]}
      value={user.role}
      onChange={({ currentTarget: { value } }) =>
        changing.mutate({ id: user.id, role: ROLES.find((one) => one === value) ?? user.role })
      }
    />
  );
  return (
    <Panel title="People" aside={<Button onClick={() => setCreating(true)}>Create account…</Button>}>
      <Loaded query={query} what="the people">
        {({ users }) => (
          <div>
            {changing.error ? <ProblemNotice error={changing.error} /> : null}
            <Table
              label="People"
              rows={users}
              rowKey={({ id }) => `${id}`}
              columns={[
                { head: 'User name', cell: ({ username }) => <b>{username}</b> },
                { head: 'Role', cell: role },
                {
                  head: 'State',
                  cell: ({ disabled }) => (
                    <Tag tone={disabled ? 'neutral' : 'verified'} glyph={disabled ? '—' : '✓'}>
                      {disabled ? 'Disabled' : 'Active'}
                    </Tag>
                  ),
                },
                {
                  head: 'Last sign-in',
                  narrow: 'hide',
                  cell: ({ lastLoginAt }) => (lastLoginAt ? <Time at={lastLoginAt} /> : 'never'),
                },
                { head: 'Created by', narrow: 'hide', cell: ({ createdBy }) => createdBy ?? 'the first start' },
                {
                  head: 'Enable or disable',
                  headUnseen: true,
                  align: 'right',
                  cell: ({ id, username, disabled }) => (
                    <Button
                      aria-label={`${disabled ? 'Enable' : 'Disable'} ${username}`}
                      onClick={() => changing.mutate({ id, disabled: !disabled })}
                    >
                      {disabled ? 'Enable' : 'Disable'}
                    </Button>
                  ),
                },
              ]}
            />
          </div>
        )}
      </Loaded>
      {creating ? <CreateUserDialog onClose={() => setCreating(false)} /> : null}
    </Panel>
  );
}
