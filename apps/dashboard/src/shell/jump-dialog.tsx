import { Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ask } from '../api/ask.ts';
import { may, useMe } from '../features/auth/me.ts';
import styles from './jump-dialog.module.css';
import { MANAGE_ITEMS, WORK_ITEMS } from './navigation-items.ts';

interface Place {
  href: string;
  label: string;
  kind: string;
}

const PAGES: Place[] = [...WORK_ITEMS, ...MANAGE_ITEMS].map(({ to, label }) => ({ href: to, label, kind: 'page' }));
const SHOWN = 12;

const usePlaces = (): Place[] => {
  const me = useMe();
  const enabled = may(me, 'view_results');
  const query = { limit: 200 };
  const proposals = useQuery({ ...ask('listRemediations', { query }), enabled });
  const assessments = useQuery({ ...ask('listAssessments', { query }), enabled });
  const servers = useQuery({ ...ask('listServers', { query }), enabled });
  const people = useQuery({ ...ask('listUsers', { query }), enabled: may(me, 'manage_users') });
  return [
    ...PAGES,
    ...(proposals.data?.remediations ?? []).map(({ proposalId, title }) => ({
      href: `/remediation/${encodeURIComponent(proposalId)}`,
      label: `${title} · ${proposalId}`,
      kind: 'proposal',
    })),
    ...(assessments.data?.assessments ?? []).map(({ assessmentId }) => ({
      href: `/assessment/runs/${encodeURIComponent(assessmentId)}`,
      label: assessmentId,
      kind: 'assessment',
    })),
    ...(servers.data?.servers ?? []).map(({ id }) => ({
      href: `/servers/${encodeURIComponent(id)}`,
      label: id,
      kind: 'server',
    })),
    ...(people.data?.users ?? []).map(({ username, role }) => ({
      href: `/access#${encodeURIComponent(username)}`,
      label: `${username} · ${role}`,
      kind: 'person',
    })),
  ];
};

/** ⌘K: type part of a name or an id; Enter opens the first one. */
export function JumpDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = usePlaces()
    .filter(({ label }) => label.toLowerCase().includes(wanted))
    .slice(0, SHOWN);
  const go = (place: Place | undefined) => {
    if (!place) return;
    onClose();
    router.history.push(place.href);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(found[0]);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title="Search or jump to"
      centered={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit}>
        <TextInput
          aria-label="Name or id"
          placeholder="Name or id"
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </form>
      <div className={styles['list']}>
        {found.length === 0 ? <p className="dim">Nothing among the newest 200 of each has this in its name.</p> : null}
        {found.map((place) => (
          <a
            key={place.href}
            href={place.href}
            className={styles['item']}
            onClick={(event) => {
              event.preventDefault();
              go(place);
            }}
          >
            <span>{place.label}</span>
            <span className={styles['kind']}>{place.kind}</span>
          </a>
        ))}
      </div>
    </Modal>
  );
}
