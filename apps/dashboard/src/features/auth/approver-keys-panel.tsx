import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import styles from './second-factors.module.css';

/** Public keys for `INSTALLER_APPROVER_KEYS`: one's own, or those of everyone who may approve. */
export function ApproverKeysPanel({ of }: { of: 'me' | 'everyone' }) {
  const own = useQuery({ ...ask('showOwnApproverKeys', {}), enabled: of === 'me' });
  const all = useQuery({ ...ask('listApproverKeys', {}), enabled: of === 'everyone' });
  const query = of === 'me' ? own : all;
  const text = query.data?.keys ? JSON.stringify(query.data.keys, null, 2) : undefined;
  return (
    <Panel title="Keys for installers" aside={text === undefined ? undefined : <CopyButton text={text} />}>
      <PanelBody>
        <Loaded query={query} what="the keys">
          {() =>
            text === undefined ? (
              <p className="dim">
                {of === 'me' ? 'You have no passkey yet.' : 'Nobody who may approve has a passkey yet.'} An installer
                that pins approvers’ passkeys verifies approvals by itself, whatever the coordinator says.
              </p>
            ) : (
              <>
                <p className="dim">
                  Public keys, for INSTALLER_APPROVER_KEYS on a machine: from then on it changes nothing without a
                  signature of these passkeys. Raise the quorum there to ask for more people.
                </p>
                <pre className={styles['keys']}>{text}</pre>
              </>
            )
          }
        </Loaded>
      </PanelBody>
    </Panel>
  );
}
