import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { Time } from '../../ui/time.tsx';
import { missing, useMe } from '../auth/me.ts';
import { ChangePolicyDialog } from './change-policy-dialog.tsx';

const passkeyWords = ({ always, servers }: { always: boolean; servers: readonly object[] }): string => {
  if (always) return 'sign every approval of a change';
  return servers.length === 0 ? 'are asked for by no rule' : `sign approvals about ${count(servers.length, 'server')}`;
};

const factorWords = ({ approve, execute, manageUsers }: { approve: boolean; execute: boolean; manageUsers: boolean }) =>
  [approve && 'approving', execute && 'running', manageUsers && 'managing people'].filter(Boolean).join(', ') ||
  'nothing';

/** The rules under which approvals are given, as they are in force. */
export function PolicyPanel() {
  const me = useMe();
  const [changing, setChanging] = useState(false);
  const query = useQuery(ask('showApprovalPolicy', {}));
  return (
    <Panel title="Approval policy" aside={query.data ? `version ${query.data.policy.version}` : undefined}>
      <PanelBody>
        <Loaded query={query} what="the policy">
          {({ policy }) => (
            <>
              <FactList
                facts={[
                  ['Approvals', count(policy.quorum, 'person', 'people')],
                  [
                    'If critical',
                    count(Math.max(policy.quorum, policy.quorumByPriority.critical ?? 0), 'person', 'people'),
                  ],
                  [
                    'Requester',
                    policy.secondPerson ? 'may not approve: someone else must' : 'may approve; it is marked',
                  ],
                  ['Passkeys', passkeyWords(policy.passkeys)],
                  ['Second factor', `for ${factorWords(policy.mfa)}`],
                  ['Approvers', policy.approvers.length > 0 ? count(policy.approvers.length, 'rule') : 'any approver'],
                  [
                    'Windows',
                    policy.changeWindows.length > 0
                      ? count(policy.changeWindows.length, 'change window')
                      : 'at any time',
                  ],
                  [
                    'Ages',
                    `proposals ${policy.maximumAges.proposalHours} h, approvals ${policy.maximumAges.approvalHours} h, tokens ${policy.maximumAges.tokenMinutes} min`,
                  ],
                  ['Break glass', policy.breakGlass ? 'allowed to admins, reviewed afterwards' : 'not allowed'],
                  ['Since', <Time key="since" at={policy.since} />],
                ]}
              />
              <div>
                <Button blocked={missing(me, 'manage_policy')} onClick={() => setChanging(true)}>
                  Change the policy…
                </Button>
              </div>
              {changing ? <ChangePolicyDialog policy={policy} onClose={() => setChanging(false)} /> : null}
            </>
          )}
        </Loaded>
      </PanelBody>
    </Panel>
  );
}
