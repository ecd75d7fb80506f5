export type NavigationName = 'assessment' | 'remediation' | 'audit' | 'system' | 'servers' | 'access' | 'settings';

export interface NavigationItem {
  name: NavigationName;
  to: '/assessment' | '/remediation' | '/audit' | '/system' | '/servers' | '/access' | '/settings';
  label: string;
  /** Pressed after `g`. */
  key: string;
}

export const WORK_ITEMS: readonly NavigationItem[] = [
  { name: 'assessment', to: '/assessment', label: 'Assessment', key: 'a' },
  { name: 'remediation', to: '/remediation', label: 'Remediation', key: 'r' },
  { name: 'audit', to: '/audit', label: 'Audit', key: 'u' },
  { name: 'system', to: '/system', label: 'System', key: 's' },
];

export const MANAGE_ITEMS: readonly NavigationItem[] = [
  { name: 'servers', to: '/servers', label: 'Servers', key: 'v' },
  { name: 'access', to: '/access', label: 'Access', key: 'c' },
  { name: 'settings', to: '/settings', label: 'Settings', key: 't' },
];
