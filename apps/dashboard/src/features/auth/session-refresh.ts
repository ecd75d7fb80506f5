import { useEffect } from 'react';
import { call } from '../../api/ask.ts';

const EVERY_MS = 10 * 60_000;

/** Keeps the session alive while the person works; a tab that nobody touches lets it end. */
export const useSessionRefresh = (): void => {
  useEffect(() => {
    let active = true;
    const touch = () => {
      active = true;
    };
    const refresh = () => {
      if (!active) return;
      active = false;
      // Where the session has ended, the next read says so and leads to the sign-in.
      call('refresh').catch(() => undefined);
    };
    const timer = setInterval(refresh, EVERY_MS);
    window.addEventListener('pointerdown', touch, { passive: true });
    window.addEventListener('keydown', touch, { passive: true });
    return () => {
      clearInterval(timer);
      window.removeEventListener('pointerdown', touch);
      window.removeEventListener('keydown', touch);
    };
  }, []);
};
