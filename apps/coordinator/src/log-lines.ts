// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * One line of JSON. JSON escapes the C0 controls only; the rest of what forges lines or steers a terminal (C1 controls, line
 * separators, bidirectional and invisible characters) is escaped too, which changes nothing for who parses it.
 */
export const jsonLine = (record: Record<string, unknown>): string =>
  `${JSON.stringify(record).replace(UNSEEN, escaped)}\n`;

const COLOURS: Readonly<Record<string, string>> = { WARN: '\u001b[33m', ERROR: '\u001b[31m', FATAL: '\u001b[41m' };

const inline = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (/^[^\s"=]+$/.test(text) ? text : JSON.stringify(text)).replace(UNSEEN, escaped);
};

/** A line for a person at a terminal; the stack of an error follows, indented, so that it cannot pass for a line of its own. */
export function readableLine(record: Record<string, unknown>, coloured: boolean): string {
  const { level, time, msg, err, ...rest } = record;
  const name = String(level).padEnd(5);
  const colour = coloured ? COLOURS[name.trim()] : undefined;
  const parts = [
    String(time).slice(11, 23),
    colour === undefined ? name : `${colour}${name}\u001b[0m`,
    typeof msg === 'string' ? msg.replace(UNSEEN, escaped) : '',
    ...Object.entries(rest).map(([key, value]) => `${inline(key)}=${inline(value)}`),
  ];
  return `${parts.filter((part) => part !== '').join(' ')}\n${errorLines(err)}`;
}

function errorLines(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const { stack, message } = err as { stack?: unknown; message?: unknown };
  const text = typeof stack === 'string' ? stack : typeof message === 'string' ? message : JSON.stringify(err);
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `    ${line.trim().replace(UNSEEN, escaped)}\n`)
    .join('');
}
