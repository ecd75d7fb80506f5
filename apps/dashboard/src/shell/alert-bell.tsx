import { useClickOutside } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { countWord } from '../ui/plural.ts';
import { Icon } from './icons.tsx';
import { usePendingCounts } from './pending-counts.ts';
import menu from './person-menu.module.css';

const LINES = [
  ['remediation', '/remediation', 'proposal', 'waits for a decision', 'wait for a decision'],
  ['assessment', '/assessment', 'result', 'waits for review', 'wait for review'],
  ['system', '/system', 'alert', 'fires', 'fire'],
] as const;

/** What waits for someone, and where: the same counts as in the navigation, from every page. */
export function AlertBell() {
  const counts = usePendingCounts();
  const [open, setOpen] = useState(false);
  const place = useClickOutside<HTMLDivElement>(() => setOpen(false));
  const lines = LINES.map(([name, to, one, waits, wait]) => ({ to, one, waits, wait, number: counts[name] ?? 0 }));
  const sum = lines.reduce((all, { number }) => all + number, 0);
  const closeOnEscape = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') setOpen(false);
  };
  return (
    <div ref={place} className={menu['place']}>
      <button
        type="button"
        className={menu['person']}
        aria-expanded={open}
        aria-label={`Notifications: ${sum}`}
        onClick={() => setOpen(!open)}
        onKeyDown={closeOnEscape}
      >
        <Icon name="bell" /> {sum === 0 ? null : sum}
      </button>
      {open ? (
        <div className={menu['list']}>
          {sum === 0 ? <span className={menu['role']}>Nothing waits for you.</span> : null}
          {lines
            .filter(({ number }) => number > 0)
            .map(({ to, one, waits, wait, number }) => (
              <Link key={to} to={to} className={menu['item']} onKeyDown={closeOnEscape} onClick={() => setOpen(false)}>
                {countWord(number, one)} {number === 1 ? waits : wait}
              </Link>
            ))}
        </div>
      ) : null}
    </div>
  );
}
