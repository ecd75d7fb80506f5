import type { NavigationName } from './navigation-items.ts';

/** 16 px, one stroke; drawn for the rail, where the words are hidden. */
const PATHS: Record<NavigationName | 'menu' | 'bell', string> = {
  assessment: 'M3 8.5 6.5 12 13 4.5',
  remediation: 'M10.5 2.5a3.5 3.5 0 0 0-3 5.2L3 12.2 4.3 13.5 8.8 9a3.5 3.5 0 0 0 4.7-4.3l-2 2-2-.5-.5-2z',
  audit: 'M4 2.5h8v11H4zM6 5.5h4M6 8h4M6 10.5h2.5',
  system: 'M2 9h2.5l2-5 3 8 1.5-3H14',
  servers: 'M3 3h10v4H3zM3 9h10v4H3zM5 5h.5M5 11h.5',
  access: 'M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.5-2.5 2.5-3.5 5-3.5s4.5 1 5 3.5',
  settings: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11M6 3v3M10 6.5v3M5 10v3',
  bell: 'M4 11.5V7.5a4 4 0 0 1 8 0v4l1 1.5H3zM6.8 13.5a1.3 1.3 0 0 0 2.4 0',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
};

export function Icon({ name }: { name: NavigationName | 'menu' | 'bell' }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
