import { Drawer } from '@mantine/core';
import { Outlet, useLocation } from '@tanstack/react-router';
import { Suspense, useEffect, useRef, useState } from 'react';
import { LiveProvider } from '../api/live.tsx';
import { useMe } from '../features/auth/me.ts';
import { useSessionRefresh } from '../features/auth/session-refresh.ts';
import { Quiet } from '../ui/loaded.tsx';
import { AppBar } from './app-bar.tsx';
import { JumpDialog } from './jump-dialog.tsx';
import { useKeys } from './keys.ts';
import { Navigation } from './navigation.tsx';
import styles from './shell.module.css';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';

/** After a change of page, what is read and tabbed through starts at its beginning. */
const useFocusOnNavigation = () => {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current !== pathname) main.current?.focus({ preventScroll: true });
    shown.current = pathname;
  }, [pathname]);
  return main;
};

export function Shell() {
  const me = useMe();
  const [open, setOpen] = useState<'menu' | 'jump' | 'shortcuts'>();
  const main = useFocusOnNavigation();
  const close = () => setOpen(undefined);
  useSessionRefresh();
  useKeys({ onJump: () => setOpen('jump'), onShortcuts: () => setOpen('shortcuts') });
  return (
    <LiveProvider permissions={me.permissions}>
      <a className={styles['skip']} href="#content">
        Skip to the content
      </a>
      <AppBar onMenu={() => setOpen('menu')} onJump={() => setOpen('jump')} onShortcuts={() => setOpen('shortcuts')} />
      <div className={styles['body']}>
        <div className={styles['side']}>
          <Navigation rail />
        </div>
        <main id="content" ref={main} tabIndex={-1} className={styles['main']}>
          <Suspense fallback={<Quiet>Reading…</Quiet>}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Drawer
        opened={open === 'menu'}
        onClose={close}
        size={240}
        title="Pages"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Navigation onNavigate={close} />
      </Drawer>
      {open === 'jump' ? <JumpDialog onClose={close} /> : null}
      {open === 'shortcuts' ? <ShortcutsDialog onClose={close} /> : null}
    </LiveProvider>
  );
}
