import { Page } from '../../ui/page.tsx';
import { Columns } from '../../ui/panel.tsx';
import { ApprovalTokensPanel } from '../auth/approval-tokens-panel.tsx';
import { may, useMe } from '../auth/me.ts';
import { PasswordPanel } from '../auth/password-panel.tsx';
import { ChannelsPanel } from '../monitoring/channels-panel.tsx';
import { PolicyChangesPanel } from '../policies/policy-changes-panel.tsx';
import { PolicyPanel } from '../policies/policy-panel.tsx';

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
            {may(me, 'view_results', 'manage_policy') ? <PolicyChangesPanel /> : null}
            {may(me, 'manage_alerts') ? <ChannelsPanel /> : null}
            <PasswordPanel />
          </>
        }
        side={may(me, 'view_results', 'manage_policy') ? <PolicyPanel /> : null}
      />
    </Page>
  );
}
