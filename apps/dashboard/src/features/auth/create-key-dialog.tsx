import { NativeSelect, TextInput } from '@mantine/core';
import { SERVER_KINDS, type ServerKind } from '@mcp-coordinator/contract/servers.contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Makes a key for one machine. Its value is in the answer and nowhere else: closing the dialog forgets it. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [serverId, setServerId] = useState('');
  const [expires, setExpires] = useState('');
  const [kind, setKind] = useState<ServerKind>('installer');
  const queryClient = useQueryClient();
  const creating = useMutation({
    mutationFn: () =>
      call('createApiKey', {
        body: {
          name: name.trim(),
          kind,
          serverId: serverId.trim(),
          // To the end of that day, here.
          ...(expires === '' ? {} : { expiresAt: new Date(`${expires}T23:59:59`).toISOString() }),
        },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['listApiKeys'] }),
  });
  if (creating.data) {
    return (
      <FormDialog
        title="The key of this machine"
        verb="I have kept it"
        onClose={onClose}
        onSubmit={onClose}
        busy={false}
        error={null}
      >
        <Notice tone="medium" title="■ It is shown this once." urgent>
          <p>
            <code>{creating.data.key}</code>
          </p>
          <div>
            <CopyButton text={creating.data.key} />
          </div>
        </Notice>
        <p className="dim">Only a hash of it is stored. If it is lost, revoke it and make another one.</p>
      </FormDialog>
    );
  }
  return (
    <FormDialog
      title="Create key"
      verb="Create key"
      onClose={onClose}
      onSubmit={() => creating.mutate()}
      busy={creating.isPending}
      error={creating.error}
      blocked={name.trim() === '' || serverId.trim() === '' ? 'Give a name and a server id first' : undefined}
    >
      <TextInput
        label="Name"
        description="Stands in the audit log as key:NAME."
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label="Kind"
        data={[...SERVER_KINDS]}
        value={kind}
        onChange={({ currentTarget: { value } }) => setKind(SERVER_KINDS.find((one) => one === value) ?? 'installer')}
      />
      <TextInput
        label="Server id"
        description="The key is good for this machine alone."
        spellCheck={false}
        value={serverId}
        onChange={(event) => setServerId(event.currentTarget.value)}
      />
      <TextInput
        label="Last day"
        type="date"
        description="Left empty, it works until it is revoked."
        value={expires}
        onChange={(event) => setExpires(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
