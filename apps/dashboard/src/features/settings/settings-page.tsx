import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { FactList } from '../../ui/fact-list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Columns, Panel, PanelBody } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { Time } from '../../ui/time.tsx';
import { ApprovalTokensPanel } from '../auth/approval-tokens-panel.tsx';
import { may, useMe } from '../auth/me.ts';
import { PasswordPanel } from '../auth/password-panel.tsx';
import { ChannelsPanel } from '../monitoring/channels-panel.tsx';

/** One's own account, and the rules under which approvals are given. */
export function SettingsPage() {
  const me = useMe();
  return (
    <Page
      title={`You are signed in as ${me.username}, with the role ${me.role}.`}
      context={`You may ${me.permissions.map((permission) => permission.replaceAll('_', ' ')).join(', ')}.`}
    >
      <Columns
        main={
          <>
            {may(me, 'approve_remediation') ? <ApprovalTokensPanel /> : null}
            {may(me, 'manage_alerts') ? <ChannelsPanel /> : null}
            <PasswordPanel />
          </>
        }
        side={may(me, 'view_results', 'manage_policy') ? <PolicyPanel /> : null}
      />
    </Page>
  );
}

const passkeyWords = ({ always, servers }: { always: boolean; servers: readonly object[] }): string => {
  if (always) return 'sign every approval of a change';
  return servers.length === 0 ? 'are asked for by no rule' : `sign approvals about ${count(servers.length, 'server')}`;
};

function PolicyPanel() {
  const query = useQuery(ask('showApprovalPolicy', {}));
  return (
    <Panel title="Approval policy" aside={query.data ? `version ${query.data.policy.version}` : undefined}>
      <PanelBody>
        <Loaded query={query} what="the policy">
          {({ policy }) => (
            <FactList
              facts={[
                ['Approvals', count(policy.quorum, 'person', 'people')],
                [
                  'If critical',
                  count(Math.max(policy.quorum, policy.quorumByPriority.critical ?? 0), 'person', 'people'),
                ],
                ['Requester', policy.secondPerson ? 'may not approve: someone else must' : 'may approve; it is marked'],
                ['Passkeys', passkeyWords(policy.passkeys)],
                ['Since', <Time key="since" at={policy.since} />],
              ]}
            />
          )}
        </Loaded>
      </PanelBody>
    </Panel>
  );
}
