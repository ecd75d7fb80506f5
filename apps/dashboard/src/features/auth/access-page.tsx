import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { Page } from '../../ui/page.tsx';
import { count } from '../../ui/plural.ts';
import { ApiKeysPanel } from './api-keys-panel.tsx';
import { ApproverKeysPanel } from './approver-keys-panel.tsx';
import { may, useMe } from './me.ts';
import { Permitted } from './not-permitted.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { RolesPanel } from './roles-panel.tsx';

export function AccessPage() {
  return (
    <Permitted to={['manage_users', 'manage_servers']}>
      <Access />
    </Permitted>
  );
}

function Access() {
  const me = useMe();
  const users = useQuery({ ...ask('listUsers', { query: { limit: 200 } }), enabled: may(me, 'manage_users') });
  const active = users.data?.users.filter(({ disabled }) => !disabled);
  const deciders = active?.filter(({ role }) => role === 'admin' || role === 'approver').length ?? 0;
  const title = active
    ? `${count(active.length, 'person', 'people')} may sign in, ${deciders} of them may approve.`
    : 'Who may do what.';
  return (
    <Page title={title} context="A role says what a person may do; a key is one machine’s and never approves.">
      {may(me, 'manage_users') ? <PeoplePanel query={users} /> : null}
      {may(me, 'manage_servers') ? <ApiKeysPanel /> : null}
      {may(me, 'manage_users') ? <ApproverKeysPanel of="everyone" /> : null}
      <RolesPanel />
    </Page>
  );
}
