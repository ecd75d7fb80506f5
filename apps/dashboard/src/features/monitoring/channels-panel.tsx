import { NativeSelect, TextInput } from '@mantine/core';
import {
  type AlertChannelsView,
  CHANNEL_KINDS,
  type ChannelKind,
} from '@mcp-coordinator/contract/alert-channels.contract';
import { ALERT_ACTIONS } from '@mcp-coordinator/contract/monitoring.contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, call } from '../../api/ask.ts';
import { Button, TextButton } from '../../ui/button.tsx';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { type ChannelDraft, draftOf, wishOf, withoutRoute } from './channel-form.ts';
import styles from './monitoring.module.css';

/** Where alerts are told beside this page and the log. */
export function ChannelsPanel() {
  const query = useQuery(ask('showAlertChannels', {}));
  return (
    <Panel title="Where alerts are told" aside="beside this page and the log">
      <Loaded query={query} what="the channels">
        {(saved) => <ChannelsForm key={JSON.stringify(saved)} saved={saved} />}
      </Loaded>
    </Panel>
  );
}

const KIND_WORDS: Record<ChannelKind, string> = { webhook: 'Webhook', slack: 'Slack-compatible', email: 'E-mail' };
const EMPTY: ChannelDraft = { kind: 'webhook', name: '', url: '', secret: '', to: '' };

function ChannelsForm({ saved }: { saved: AlertChannelsView }) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(saved));
  const saving = useMutation({
    mutationFn: () => call('replaceAlertChannels', { body: wishOf(draft) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['showAlertChannels'] }),
  });
  const changed = JSON.stringify(draft) !== JSON.stringify(draftOf(saved));
  const setChannels = (channels: readonly ChannelDraft[], routes = draft.routes) => {
    saving.reset();
    setDraft({ ...draft, channels, routes });
  };
  return (
    <PanelBody>
      {draft.channels.length === 0 ? <Quiet>Nowhere yet. Add a webhook, a chat or an e-mail address.</Quiet> : null}
      {draft.channels.map((channel, index) => (
        <ChannelFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a name changes as it is typed
          key={index}
          number={index + 1}
          channel={channel}
          stored={saved.channels.find(({ kind, name }) => kind === channel.kind && name === channel.name)}
          emailPossible={saved.emailPossible}
          testable={!changed}
          onChange={(next) => setChannels(draft.channels.map((one, at) => (at === index ? next : one)))}
          onRemove={() =>
            setChannels(
              draft.channels.filter((_, at) => at !== index),
              withoutRoute(draft.routes, channel.name),
            )
          }
        />
      ))}
      <div>
        <TextButton onClick={() => setChannels([...draft.channels, EMPTY])}>Add a channel</TextButton>
      </div>
      {draft.channels.length > 0 ? (
        <Routes
          draft={draft}
          onChange={(routes) => {
            saving.reset();
            setDraft({ ...draft, routes });
          }}
        />
      ) : null}
      {saving.error ? <ProblemNotice error={saving.error} /> : null}
      <div className={styles['buttons']}>
        <Button
          filled={changed}
          busy={saving.isPending}
          blocked={changed ? undefined : 'Nothing has been changed'}
          onClick={() => saving.mutate()}
        >
          Save channels
        </Button>
        {changed ? <Button onClick={() => setDraft(draftOf(saved))}>Discard</Button> : null}
      </div>
    </PanelBody>
  );
}

interface ChannelFieldsProps {
  number: number;
  channel: ChannelDraft;
  stored: AlertChannelsView['channels'][number] | undefined;
  emailPossible: boolean;
  testable: boolean;
  onChange: (channel: ChannelDraft) => void;
  onRemove: () => void;
}

function ChannelFields({ number, channel, stored, emailPossible, testable, onChange, onRemove }: ChannelFieldsProps) {
  const { kind, name } = channel;
  const set = (part: Partial<ChannelDraft>) => onChange({ ...channel, ...part });
  return (
    <fieldset className={styles['channel']}>
      <legend>{name === '' ? `Channel ${number}` : name}</legend>
      <NativeSelect
        label="Kind"
        data={CHANNEL_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))}
        value={kind}
        onChange={({ currentTarget: { value } }) => set({ kind: CHANNEL_KINDS.find((one) => one === value) ?? kind })}
      />
      {fieldsOf(channel, stored).map(([at, label, description]) => (
        <TextInput
          key={at}
          label={label}
          description={description}
          value={channel[at]}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => set({ [at]: event.currentTarget.value })}
        />
      ))}
      {kind === 'email' && !emailPossible ? (
        <Notice tone="high" title="No mail server is configured: set SMTP_URL and start again." />
      ) : null}
      <div className={styles['buttons']}>
        <TestButton name={name} blocked={stored && testable ? undefined : 'Save it first'} />
        <Button aria-label={`Remove the channel ${name || number}`} onClick={onRemove}>
          Remove
        </Button>
      </div>
    </fieldset>
  );
}

type Field = readonly [at: 'name' | 'url' | 'secret' | 'to', label: string, description?: string];

function fieldsOf({ kind }: ChannelDraft, stored: ChannelFieldsProps['stored']): Field[] {
  const name: Field = ['name', 'Name', 'a–z, 0–9 and -'];
  switch (kind) {
    case 'webhook': {
      const secret = stored?.signed ? 'Kept as it is while empty.' : 'whsec_…; unsigned without one.';
      return [name, ['url', 'Address'], ['secret', 'Signing secret', secret]];
    }
    case 'slack': {
      const kept = stored?.url ? `Kept while empty; at ${stored.url}.` : 'It is a secret, and never shown again.';
      return [name, ['url', 'Address', kept]];
    }
    case 'email':
      return [name, ['to', 'To', 'Addresses, separated by commas.']];
  }
}

function TestButton({ name, blocked }: { name: string; blocked: string | undefined }) {
  const testing = useMutation({ mutationFn: () => call('testAlertChannel', { params: { id: name } }) });
  const { data } = testing;
  return (
    <>
      <Button busy={testing.isPending} blocked={blocked} onClick={() => testing.mutate()}>
        Send a test
      </Button>
      {testing.error ? <ProblemNotice error={testing.error} /> : null}
      {data?.delivered === true ? <Notice tone="verified" title="✓ A test was taken." urgent /> : null}
      {data?.delivered === false ? (
        <Notice tone="high" title={`The test was not taken: ${data.error}.`} urgent />
      ) : null}
    </>
  );
}

function Routes({
  draft,
  onChange,
}: {
  draft: ReturnType<typeof draftOf>;
  onChange: (routes: ReturnType<typeof draftOf>['routes']) => void;
}) {
  const names = draft.channels.map(({ name }) => name).filter((name) => name !== '');
  return (
    <table className={styles['routes']}>
      <caption>Which action tells whom</caption>
      <thead>
        <tr>
          <th scope="col">Action</th>
          {names.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ALERT_ACTIONS.map((action) => (
          <tr key={action}>
            <th scope="row">
              <code>{action}</code>
            </th>
            {names.map((name) => (
              <td key={name}>
                <input
                  type="checkbox"
                  aria-label={`${action} tells ${name}`}
                  checked={draft.routes[action].includes(name)}
                  onChange={({ currentTarget: { checked } }) => {
                    const others = draft.routes[action].filter((one) => one !== name);
                    onChange({ ...draft.routes, [action]: checked ? [...others, name] : others });
                  }}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
