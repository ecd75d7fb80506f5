/** What the doctor looks at; each is named in what it says. */
export const EXAMINED = [
  'configuration',
  'secret_permissions',
  'weak_secret',
  'tls',
  'disk',
  'second_process',
  'port',
  'database',
  'migrations',
  'encryption_key',
  'clock',
  'links',
] as const;
export type Examined = (typeof EXAMINED)[number];

/** One look: what was found, and what to do about it where it is a fault. `unknown` is what could not be looked at. */
export interface Finding {
  readonly what: Examined;
  readonly state: 'ok' | 'fault' | 'fixed' | 'unknown';
  readonly found: string;
  readonly remedy: string | null;
}

export const fine = (what: Examined, found: string): Finding => ({ what, state: 'ok', found, remedy: null });
export const fault = (what: Examined, found: string, remedy: string): Finding => ({
  what,
  state: 'fault',
  found,
  remedy,
});
export const fixed = (what: Examined, found: string): Finding => ({ what, state: 'fixed', found, remedy: null });
export const unknown = (what: Examined, found: string): Finding => ({ what, state: 'unknown', found, remedy: null });
