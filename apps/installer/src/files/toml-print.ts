import { isRecord } from './config-document.ts';

const BARE = /^[A-Za-z0-9_-]+$/;

const printText = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f');

export const printKey = (key: string): string => (BARE.test(key) ? key : printText(key));

/** A value on one line. */
export function printInline(value: unknown): string {
  if (typeof value === 'string') return printText(value);
  if (Array.isArray(value)) return `[${value.map(printInline).join(', ')}]`;
  if (isRecord(value)) {
    const members = Object.entries(value).map(([key, member]) => `${printKey(key)} = ${printInline(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error('TOML has no word for nothing');
}

/** Lines of `key = value`. */
export const printLines = (table: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(table).map(([key, member]) => `${printKey(key)} = ${printInline(member)}`);

/** A table with its header. */
export const printTable = (path: readonly string[], table: Readonly<Record<string, unknown>>, eol: string): string =>
  [`[${path.map(printKey).join('.')}]`, ...printLines(table)].join(eol);
