import { Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { call } from '../api/ask.ts';
import { useLive } from '../api/live.tsx';
import { useMe } from '../features/auth/me.ts';
import { rememberSignIn } from '../features/auth/session-hint.ts';
import { Time } from '../ui/time.tsx';
import { Icon } from './icons.tsx';
import styles from './shell.module.css';

interface AppBarProps {
  onMenu: () => void;
  onJump: () => void;
  onShortcuts: () => void;
}

export function AppBar({ onMenu, onJump, onShortcuts }: AppBarProps) {
  return (
    <section className={styles['bar']} aria-label="Coordinator and session">
      <button type="button" className={styles['menu']} onClick={onMenu} aria-label="Open the pages menu">
        <Icon name="menu" />
      </button>
      <Link to="/" className={styles['brand']}>
        MCP Coordinator
      </Link>
      <span className={`${styles['place']} ${styles['long']}`} title="The coordinator you are connected to">
        {location.host}
      </span>
      <span className={styles['space']} />
      <button type="button" className={styles['jump']} onClick={onJump}>
        <span>Search or jump to…</span>
        <kbd>⌘K</kbd>
      </button>
      <LinkStateWords />
      <PersonMenu onShortcuts={onShortcuts} />
    </section>
  );
}

function LinkStateWords() {
  const { state, updatedAt } = useLive();
  const at = updatedAt === null ? null : new Date(updatedAt).toISOString();
  if (state === 'live') {
    return (
      <span className={styles['state']} role="status">
        Live
        {at ? (
          <span className={styles['long']}>
            {' '}
            · updated <Time at={at} form="absolute" seconds />
          </span>
        ) : null}
      </span>
    );
  }
  return (
    <span className={`${styles['state']} ${state === 'stale' ? styles['stale'] : ''}`} role="status">
      {state === 'connecting' ? 'Connecting…' : '▲ Not live, reconnecting…'}
    </span>
  );
}

function PersonMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const me = useMe();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const signOut = async () => {
    // Whatever the answer, this browser leaves: a session that cannot be ended ends by itself.
    await call('logout').catch(() => undefined);
    rememberSignIn(false);
    queryClient.clear();
    await navigate({ to: '/sign-in', search: {} });
  };
  return (
    <Menu position="bottom-end" width={200} transitionProps={{ duration: 80 }}>
      <Menu.Target>
        <button type="button" className={styles['person']}>
          {me.username} ▾
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Role {me.role}</Menu.Label>
        <Menu.Item onClick={() => void navigate({ to: '/settings' })}>Your account</Menu.Item>
        <Menu.Item onClick={onShortcuts}>Keyboard shortcuts</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
