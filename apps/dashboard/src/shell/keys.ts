import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { MANAGE_ITEMS, WORK_ITEMS } from './navigation-items.ts';

const PREFIX_MS = 1_000;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

const isJump = ({ metaKey, ctrlKey, key }: KeyboardEvent): boolean => (metaKey || ctrlKey) && key.toLowerCase() === 'k';
const isPlain = ({ metaKey, ctrlKey, altKey, target }: KeyboardEvent): boolean =>
  !(metaKey || ctrlKey || altKey || isTyping(target));

/** ⌘K or Ctrl+K jumps, `?` lists the shortcuts, `g` and a letter goes to a page. */
export const useKeys = ({ onJump, onShortcuts }: { onJump: () => void; onShortcuts: () => void }): void => {
  const navigate = useNavigate();
  const prefixAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const goTo = (letter: string) => {
      const item = [...WORK_ITEMS, ...MANAGE_ITEMS].find(({ key }) => key === letter);
      if (item) void navigate({ to: item.to });
    };
    const press = (event: KeyboardEvent) => {
      if (isJump(event)) {
        event.preventDefault();
        onJump();
        return;
      }
      if (!isPlain(event)) return;
      const prefixed = event.timeStamp - prefixAt.current < PREFIX_MS;
      prefixAt.current = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (event.key === '?') onShortcuts();
      else if (prefixed) goTo(event.key);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
};
