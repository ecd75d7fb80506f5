import { visibleText } from '../../ui/visible-text.ts';

/** In this order: each later name also stands in the user agent of those before it. */
const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** `Chrome on Linux`, or the first word of what a program calls itself. */
export function clientWords(userAgent: string | null): string {
  if (!userAgent) return 'Unknown client';
  const nameIn = (names: readonly (readonly [string, string])[]) =>
    names.find(([mark]) => userAgent.includes(mark))?.[1];
  const [browser, system] = [nameIn(BROWSERS), nameIn(SYSTEMS)];
  if (browser) return system ? `${browser} on ${system}` : browser;
  return visibleText(userAgent.split(/[\s(]/u)[0] ?? '').slice(0, 40) || 'Unknown client';
}
