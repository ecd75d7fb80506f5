import { Link } from '@tanstack/react-router';
import { useLive } from '../api/live.tsx';
import { Time } from '../ui/time.tsx';
import { AlertBell } from './alert-bell.tsx';
import { Icon } from './icons.tsx';
import { PersonMenu } from './person-menu.tsx';
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
      <AlertBell />
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
      {state === 'connecting' ? (
        'Connecting…'
      ) : (
        <>
          ▲ Not live<span className={styles['long']}>, reconnecting…</span>
        </>
      )}
    </span>
  );
}
