import { nameHint } from '@mcp-coordinator/core/configuration/secret-names';
import { maskText } from '@mcp-coordinator/core/configuration/secrets';

const MASK = '••••';

/** Longer texts are cut: one line of a log must not be able to fill the disk. UTF-16 code units. */
const TEXT_LENGTH_MAX = 16_384;

/** What a credential of ours looks like, and what stays of it: enough to see which kind it was. */
const OWN_CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/\b(mcp[ka])_[A-Za-z0-9_-]+/g, `$1_${MASK}`],
  [/\beyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){1,4}/g, `eyJ${MASK}`],
  [/\b((?:set-)?cookie)(["']?[:=] ?["']?)[^\r\n"']+/gi, `$1$2${MASK}`],
];

/** Names beyond those that speak for themselves: values that are good for one sign-in. */
const ONE_TIME_NAMES: ReadonlySet<string> = new Set(['otp', 'assertion', 'recoverycode', 'recoverycodes']);
const isSecretName = (name: string): boolean =>
  nameHint(name) !== 'none' || ONE_TIME_NAMES.has(name.toLowerCase().replaceAll(/[^a-z]/g, ''));

/**
 * No credential is this short, unless it is one of ours, given to a name, or one of the known values: most of what is logged
 * is done with here.
 */
const PLAIN = /^(?!.*(?:mcp|eyJ))[^=:]{0,15}$/s;

/** Field names are few, and they come again with each line; beyond this many they are somebody's input. */
const NAMES_KEPT = 1_000;

/** Masks a whole log record: by the name a value stands under, by what it looks like, and by the very values given. */
export type Redact = (record: Record<string, unknown>) => Record<string, unknown>;

/** `secrets` are values this process knows to be secret (a configured token); short ones would mask half the log. */
export function createRedaction(secrets: readonly string[]): Redact {
  const knownSecrets = secrets.filter((secret) => secret.length >= 8);
  const redactText = (text: string): string => {
    let masked = text;
    for (const secret of knownSecrets) masked = masked.replaceAll(secret, MASK);
    if (PLAIN.test(masked)) return masked;
    for (const [pattern, replacement] of OWN_CREDENTIALS) masked = masked.replace(pattern, replacement);
    masked = maskText(masked);
    if (masked.length <= TEXT_LENGTH_MAX) return masked;
    return `${masked.slice(0, TEXT_LENGTH_MAX)}… (${masked.length - TEXT_LENGTH_MAX} more)`;
  };
  const names = new Map<string, { readonly shown: string; readonly secret: boolean }>();
  const judgeName = (name: string) => {
    const known = names.get(name);
    if (known) return known;
    const judged = { shown: redactText(name), secret: isSecretName(name) };
    if (names.size < NAMES_KEPT && name.length <= 64) names.set(name, judged);
    return judged;
  };
  const redactMember = ([name, value]: [string, unknown]): [string, unknown] => {
    const { shown, secret } = judgeName(name);
    const tells = value !== null && typeof value !== 'boolean';
    return [shown, secret && tells ? MASK : redactValue(value)];
  };
  const redactValue = (value: unknown): unknown => {
    if (typeof value === 'string') return redactText(value);
    if (Array.isArray(value)) return value.map(redactValue);
    return typeof value === 'object' && value !== null ? redactMembers(value) : value;
  };
  const redactMembers = (members: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(members).map(redactMember));
  return redactMembers;
}
