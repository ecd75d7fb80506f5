import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { MANAGE_ITEMS, WORK_ITEMS } from './navigation-items.ts';

const PREFIX_MS = 1_000;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** ⌘K or Ctrl+K jumps, `?` lists the shortcuts, `g` and a letter goes to a page. */
export const useKeys = ({ onJump, onShortcuts }: { onJump: () => void; onShortcuts: () => void }): void => {
  const navigate = useNavigate();
  useEffect(() => {
    let prefixAt = 0;
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onJump();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '?') onShortcuts();
      else if (event.key === 'g') prefixAt = event.timeStamp;
      else if (event.timeStamp - prefixAt < PREFIX_MS) {
        prefixAt = 0;
        const item = [...WORK_ITEMS, ...MANAGE_ITEMS].find(({ key }) => key === event.key);
        if (item) void navigate({ to: item.to });
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
};
