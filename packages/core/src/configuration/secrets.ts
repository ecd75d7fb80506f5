import type { Observation } from '@mcp-coordinator/contract/inventory.contract';
import { maskRanges } from './mask.ts';
import { isReference, referenceBegins } from './references.ts';
import { nameHint } from './secret-names.ts';
import { findAssignedSecrets, findTypedSecrets, type SecretRange } from './secret-patterns.ts';

/** What a value is, and where in it the secret parts lie. */
export interface Classification {
  readonly kind: Observation['kind'];
  /** The pattern that matched, or why a value under a telling name was let pass. */
  readonly detail?: string;
  readonly isReference: boolean;
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

/** Longer texts are classified by their beginning: no client reads a variable of a megabyte. */
const CLASSIFIED_LENGTH_MAX = 1_000_000;
const PLACEHOLDER =
  /^(?:<[^>]{0,200}>|\[[^\]]{0,200}\]|[xX*.•-]{3,}|•{4}.{0,4}|change[-_ ]?me|todo|none|null|undefined|true|false|example|placeholder|redacted|dummy|your[-_ ].{0,200}|.{0,200}[-_]here)$/i;

const KIND_RANK: Record<SecretRange['kind'], number> = { secret: 0, dsn_password: 1, url_credential: 2 };
const none = (kind: Observation['kind'], detail?: string): Classification => ({
  kind,
  ...(detail === undefined ? {} : { detail }),
  isReference: kind === 'reference',
  ranges: [],
});

/**
 * Judges one value under the name it is given to (a variable, a header, a flag; empty where there is none).
 * Linear in the length of the value, for any input.
 */
export function classifyValue(name: string, value: string): Classification {
  const text = value.length > CLASSIFIED_LENGTH_MAX ? value.slice(0, CLASSIFIED_LENGTH_MAX) : value;
  if (text.trim() === '') return none('empty');
  const found = findTypedSecrets(text).filter(({ start, end }) => isLiteral(text.slice(start, end)));
  if (found.length > 0) return classified(found, value);
  if (isReference(text)) return none('reference');
  return byName(name, text, value) ?? none(hasReference(text) ? 'reference' : 'plain');
}

const isLiteral = (part: string): boolean => !isReference(part) && !PLACEHOLDER.test(part);
/** A text that embeds a reference (`--dir=${HOME}`, a DSN whose password is one). */
const hasReference = (text: string): boolean => /\$\{[^{}\n]{1,256}\}|\{env:[^{}\n]{1,256}\}/.test(text);

function classified(found: readonly SecretRange[], value: string): Classification {
  const worst = found.reduce((a, b) => (KIND_RANK[b.kind] < KIND_RANK[a.kind] ? b : a));
  const ranges = found.map(({ start, end }) => ({ start, end }));
  if (value.length > CLASSIFIED_LENGTH_MAX) ranges.push({ start: CLASSIFIED_LENGTH_MAX, end: value.length });
  return { kind: worst.kind, detail: worst.detail, isReference: false, ranges };
}

function byName(name: string, text: string, value: string): Classification | undefined {
  const hint = nameHint(name);
  if (hint === 'none') return undefined;
  const trimmed = text.trim();
  if (PLACEHOLDER.test(trimmed)) return none('plain', 'placeholder');
  const whole = { isReference: false, ranges: [{ start: 0, end: value.length }] };
  if (hint === 'credential') return { kind: 'secret', detail: 'named_credential', ...whole };
  if (trimmed.length >= 8 && looksRandom(trimmed)) return { kind: 'high_entropy', detail: 'named_key', ...whole };
  return undefined;
}

/** Letters and digits mixed, no spaces, and at least 2.5 bits a character: words and sentences are not. */
function looksRandom(text: string): boolean {
  if (/\s/.test(text) || /^(?:\.{0,2}|~)?\//.test(text)) return false;
  const mixed = /\d/.test(text)
    ? /[A-Za-z]/.test(text) || text.length >= 16
    : text.length >= 20 && /[a-z]/.test(text) && /[A-Z]/.test(text);
  return mixed && entropyBits(text.slice(0, 4096)) >= 2.5;
}

/** Shannon entropy in bits a character. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const length = Array.from(counts.values()).reduce((sum, count) => sum + count, 0);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / length) * Math.log2(count / length);
  return bits;
}

/** True for what must not stand in clear: every kind that has secret parts. */
export const isSecret = ({ ranges }: Classification): boolean => ranges.length > 0;

/** The value with its secret parts masked; of a DSN everything but the password stays. */
export const maskValue = (name: string, value: string): string => maskRanges(value, classifyValue(name, value).ranges);

/**
 * Masks every secret inside free text (a log line, an error message, the output of a program): typed secrets, DSN passwords,
 * URL credentials, private keys, and what is assigned to a telling name. Masking twice changes nothing more.
 */
export function maskText(text: string): string {
  // What is assigned ends at a brace, so that a reference is known by how it begins.
  const assigned = findAssignedSecrets(text).filter(({ start }) => !referenceBegins(text, start));
  const literal = [...findTypedSecrets(text), ...assigned].filter(({ start, end }) =>
    isLiteral(text.slice(start, end)),
  );
  return maskRanges(
    text,
    literal.filter(({ start }) => !text.startsWith('••••', start)),
  );
}
