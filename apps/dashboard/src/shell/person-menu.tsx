import { useClickOutside } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { call } from '../api/ask.ts';
import { useMe } from '../features/auth/me.ts';
import { rememberSignIn } from '../features/auth/session-hint.ts';
import styles from './person-menu.module.css';

/** Who is signed in, and what one does about oneself. */
export function PersonMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const me = useMe();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  const place = useClickOutside<HTMLDivElement>(() => setOpen(false));
  const signOut = async () => {
    // Whatever the answer, this browser leaves: a session that cannot be ended ends by itself.
    await call('logout').catch(() => undefined);
    rememberSignIn(false);
    await navigate({ to: '/sign-in', search: {} });
    queryClient.clear();
  };
  const items: readonly [string, () => void][] = [
    ['Your account', () => void navigate({ to: '/settings' })],
    ['Second factors', () => void navigate({ to: '/account' })],
    ['Keyboard shortcuts', onShortcuts],
    ['Sign out', () => void signOut()],
  ];
  const closeOnEscape = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') setOpen(false);
  };
  return (
    <div ref={place} className={styles['place']}>
      <button
        type="button"
        className={styles['person']}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        onKeyDown={closeOnEscape}
      >
        {me.username} ▾
      </button>
      {open ? (
        <div className={styles['list']}>
          <span className={styles['role']}>Role {me.role}</span>
          {items.map(([label, act]) => (
            <button
              key={label}
              type="button"
              className={styles['item']}
              onKeyDown={closeOnEscape}
              onClick={() => {
                setOpen(false);
                act();
              }}
            >
              {label}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
