import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Columns, Panel, PanelBody } from '../../ui/panel.tsx';
import { ApproverKeysPanel } from './approver-keys-panel.tsx';
import { may, useMe } from './me.ts';
import { MintTokenDialog } from './mint-token-dialog.tsx';
import { type OwnFactors, useOwnFactors } from './own-factors.ts';
import { PasswordPanel } from './password-panel.tsx';
import { SecondFactorsPanels } from './second-factors-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';

/** How one shows who one is, and where one has: second factors, recovery codes, password, sessions. */
export function AccountPage() {
  const me = useMe();
  const query = useOwnFactors();
  return (
    <Page title={titleOf(query.data)} context={`Signed in as ${me.username}, with the role ${me.role}.`}>
      <Columns
        main={
          <>
            <Loaded query={query} what="your second factors">
              {(factors) => <SecondFactorsPanels factors={factors} />}
            </Loaded>
            {may(me, 'approve_remediation') ? <ApproverKeysPanel of="me" /> : null}
            <SessionsPanel />
          </>
        }
        side={
          <>
            {may(me, 'approve_remediation') ? <MintPanel /> : null}
            <PasswordPanel />
          </>
        }
      />
    </Page>
  );
}

function titleOf(factors: OwnFactors | undefined): string {
  if (!factors) return 'Your account.';
  return factors.enrolled ? 'Your account has a second factor.' : 'Your account is kept by a password alone.';
}

function MintPanel() {
  const [minting, setMinting] = useState(false);
  return (
    <Panel title="Approval token" aside={<Button onClick={() => setMinting(true)}>Mint a token…</Button>}>
      <PanelBody>
        <p className="dim">
          Your consent for one change, to be used elsewhere. On these pages it is minted as you approve.
        </p>
      </PanelBody>
      {minting ? <MintTokenDialog onClose={() => setMinting(false)} /> : null}
    </Panel>
  );
}
