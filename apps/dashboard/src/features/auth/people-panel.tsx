import { NativeSelect } from '@mantine/core';
import type { CallValue } from '@mcp-coordinator/client/route-call';
import type { User } from '@mcp-coordinator/contract/auth.contract';
import { ROLES } from '@mcp-coordinator/contract/permissions';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { ChangeUserDialog, type UserChange } from './change-user-dialog.tsx';
import { CreateUserDialog } from './create-user-dialog.tsx';

export function PeoplePanel({ query }: { query: UseQueryResult<CallValue<'listUsers'>> }) {
  const [creating, setCreating] = useState(false);
  const [change, setChange] = useState<UserChange>();
  const role = (user: User) => (
    <NativeSelect
      aria-label={`Role of ${user.username}`}
      size="xs"
      data={[...ROLES]}
      value={user.role}
      onChange={({ currentTarget: { value } }) =>
        setChange({ user, wish: { role: ROLES.find((one) => one === value) ?? user.role } })
      }
    />
  );
  return (
    <Panel title="People" aside={<Button onClick={() => setCreating(true)}>Create account…</Button>}>
      <Loaded query={query} what="the people">
        {({ users }) => (
          <div>
            <Table
              label="People"
              rows={users}
              rowKey={({ id }) => `${id}`}
              columns={[
                { head: 'User name', cell: ({ username }) => <b id={username}>{username}</b> },
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
                  cell: (user) => (
                    <>
                      <Button
                        aria-label={`Sign out ${user.username}`}
                        onClick={() => setChange({ user, wish: 'end_sessions' })}
                      >
                        Sign out…
                      </Button>{' '}
                      <Button
                        aria-label={`Reset factors of ${user.username}`}
                        onClick={() => setChange({ user, wish: 'reset_factors' })}
                      >
                        Reset factors…
                      </Button>{' '}
                      <Button
                        aria-label={`${user.disabled ? 'Enable' : 'Disable'} ${user.username}`}
                        onClick={() => setChange({ user, wish: { disabled: !user.disabled } })}
                      >
                        {user.disabled ? 'Enable…' : 'Disable…'}
                      </Button>
                    </>
                  ),
                },
              ]}
            />
          </div>
        )}
      </Loaded>
      {change ? <ChangeUserDialog change={change} onClose={() => setChange(undefined)} /> : null}
      {creating ? <CreateUserDialog onClose={() => setCreating(false)} /> : null}
    </Panel>
  );
}
