/** Data goes to stdout and is complete or absent; what is said to a person goes to stderr. */
export interface Terminal {
  readonly data: (text: string) => void;
  readonly say: (text: string) => void;
  /** Whether somebody is there to answer, and may be asked. */
  readonly interactive: boolean;
  readonly json: boolean;
  /** All of standard input, as text. */
  readonly readInput: () => Promise<string>;
  readonly ask: (question: string) => Promise<string>;
  /** What is typed is not shown. */
  readonly askSecret: (question: string) => Promise<string>;
  readonly confirm: (question: string) => Promise<boolean>;
}

/** The shape of what `--json` prints; it changes only when a field goes or changes its meaning. */
export const SCHEMA_VERSION = 1;

/** One result: as JSON with its schema version where that is asked for, else as text. */
export function print(terminal: Terminal, value: object, text: () => string): void {
  const said = terminal.json ? JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...value }, null, 2) : text();
  if (said !== '') terminal.data(`${said}\n`);
}

/** Columns aligned, the last one as long as it is. Control characters cannot move the cursor or forge a line. */
export function table(rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => visible(cell === null ? '–' : String(cell))));
  const widths = cells.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  return cells
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
    )
    .join('\n');
}

/** Text of others, as it can be shown: line breaks stay, everything else that steers a terminal is made visible. */
export const visible = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (char) =>
    char === '\n' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
