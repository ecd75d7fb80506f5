import type { Passkey } from '@mcp-coordinator/contract/second-factors.contract';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Quiet } from '../../ui/loaded.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { AddPasskeyDialog } from './add-passkey-dialog.tsx';
import type { OwnFactors } from './own-factors.ts';
import { OwnerDialog } from './owner-dialog.tsx';
import { RenamePasskeyDialog } from './rename-passkey-dialog.tsx';
import { RecoveryCodesDialog } from './shown-once.tsx';
import { TotpDialog } from './totp-dialog.tsx';

type Open =
  | { what: 'add_totp' | 'add_passkey' | 'remove_totp' | 'make_codes' }
  | { what: 'remove_passkey' | 'rename_passkey'; passkey: Passkey }
  | { what: 'codes'; codes: readonly string[] };

/** One's authenticator app, passkeys and recovery codes, and what can be done about them. */
export function SecondFactorsPanels({ factors }: { factors: OwnFactors }) {
  const [open, setOpen] = useState<Open>();
  const { totp, passkeys, enrolled, recoveryCodesLeft } = factors;
  return (
    <>
      <Panel
        title="Authenticator app"
        aside={
          totp ? (
            <Button onClick={() => setOpen({ what: 'remove_totp' })}>Remove the app…</Button>
          ) : (
            <Button onClick={() => setOpen({ what: 'add_totp' })}>Add an app…</Button>
          )
        }
      >
        <PanelBody>
          {totp ? (
            <p>
              ✓ Enrolled <Time at={totp.since} />
            </p>
          ) : (
            <p className="dim">None. Its codes would be asked for when you sign in and when you approve.</p>
          )}
        </PanelBody>
      </Panel>
      <Panel title="Passkeys" aside={<Button onClick={() => setOpen({ what: 'add_passkey' })}>Add a passkey…</Button>}>
        {passkeys.length === 0 ? <Quiet>None yet. A passkey signs the very change that you approve.</Quiet> : null}
        {passkeys.length === 0 ? null : <PasskeyTable passkeys={passkeys} onOpen={setOpen} />}
      </Panel>
      <Panel
        title="Recovery codes"
        aside={
          <Button
            blocked={enrolled ? undefined : 'You have no second factor that a code could stand in for'}
            onClick={() => setOpen({ what: 'make_codes' })}
          >
            Make new codes…
          </Button>
        }
      >
        <PanelBody>
          <p>{recoveryCodesLeft === 0 ? 'None.' : `${count(recoveryCodesLeft, 'code')} left.`}</p>
        </PanelBody>
      </Panel>
      <OpenDialog open={open} factors={factors} onOpen={setOpen} />
    </>
  );
}

function PasskeyTable({ passkeys, onOpen }: { passkeys: readonly Passkey[]; onOpen: (open: Open) => void }) {
  return (
    <Table
      label="Passkeys"
      rows={passkeys}
      rowKey={({ id }) => id}
      columns={[
        {
          head: 'Name',
          cell: ({ name, backedUp }) => (
            <>
              <b>{name}</b> {backedUp ? <span className="dim">synced</span> : null}
            </>
          ),
        },
        { head: 'Added', narrow: 'hide', cell: ({ createdAt }) => <Time at={createdAt} /> },
        {
          head: 'Last used',
          narrow: 'hide',
          cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : 'never'),
        },
        {
          head: 'Change',
          headUnseen: true,
          align: 'right',
          cell: (passkey) => (
            <>
              <Button aria-label={`Rename ${passkey.name}`} onClick={() => onOpen({ what: 'rename_passkey', passkey })}>
                Rename…
              </Button>{' '}
              <Button aria-label={`Remove ${passkey.name}`} onClick={() => onOpen({ what: 'remove_passkey', passkey })}>
                Remove…
              </Button>
            </>
          ),
        },
      ]}
    />
  );
}

function OpenDialog({
  open,
  factors,
  onOpen,
}: {
  open: Open | undefined;
  factors: OwnFactors;
  onOpen: (open: Open | undefined) => void;
}) {
  const close = () => onOpen(undefined);
  const showCodes = (codes: readonly string[] | null) => onOpen(codes ? { what: 'codes', codes } : undefined);
  const common = { factors, onClose: close };
  if (!open) return null;
  switch (open.what) {
    case 'add_totp':
      return <TotpDialog {...common} onAdded={showCodes} />;
    case 'add_passkey':
      return <AddPasskeyDialog {...common} onAdded={showCodes} />;
    case 'codes':
      return <RecoveryCodesDialog codes={open.codes} onClose={close} />;
    case 'rename_passkey':
      return <RenamePasskeyDialog passkey={open.passkey} onClose={close} />;
    case 'make_codes':
      return (
        <OwnerDialog
          {...common}
          title="Make new recovery codes"
          verb="Make new codes"
          act={(proof) => call('makeRecoveryCodes', { body: proof })}
          onDone={({ recoveryCodes }) => showCodes(recoveryCodes)}
        >
          <p>The ones you have are void from then on.</p>
        </OwnerDialog>
      );
    case 'remove_totp':
      return (
        <OwnerDialog
          {...common}
          title="Remove the authenticator app"
          verb="Remove"
          act={(proof) => call('removeTotp', { body: proof })}
          onDone={close}
        >
          <p>Its codes are worth nothing from then on, and your other sessions end.</p>
        </OwnerDialog>
      );
    case 'remove_passkey':
      return (
        <OwnerDialog
          {...common}
          title={`Remove the passkey ${open.passkey.name}`}
          verb="Remove"
          act={(proof) => call('removePasskey', { params: { id: open.passkey.id }, body: proof })}
          onDone={close}
        >
          <p>It is worth nothing from then on, and your other sessions end.</p>
        </OwnerDialog>
      );
  }
}
