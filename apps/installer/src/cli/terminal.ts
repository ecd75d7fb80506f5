/** Where a command speaks: data goes to stdout, everything said to a person to stderr. */
export interface Terminal {
  /** One piece of data. */
  readonly data: (text: string) => void;
  readonly say: (text: string) => void;
  /** Asks the person at the terminal; null where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<boolean>) | null;
  /** Asks for a value, hidden while it is typed if need be; empty where the person gives none. Null like `ask`. */
  readonly askValue: ((question: string, hidden: boolean) => Promise<string>) | null;
}

/** How a command ended; the process's exit code. */
export const EXIT = { done: 0, refused: 1 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

export interface OutputOptions {
  readonly json?: boolean;
}
export interface ConsentOptions extends OutputOptions {
  readonly yes?: boolean;
}

/** The person's word for a change: given on the command line, or asked for. Without either nothing is done. */
export async function consents(
  terminal: Terminal,
  question: string,
  { yes = false }: ConsentOptions,
): Promise<boolean> {
  if (yes) return true;
  if (terminal.ask === null) {
    terminal.say('Nobody can be asked here, so nothing was changed. Look at the plan, then add --yes.');
    return false;
  }
  const agreed = await terminal.ask(question);
  if (!agreed) terminal.say('Nothing was changed.');
  return agreed;
}

export const printJson = (terminal: Terminal, value: unknown): void =>
  terminal.data(`${JSON.stringify(value, null, 2)}\n`);

/** A table of texts, columns aligned, the last one as long as it is. */
export function printTable(terminal: Terminal, rows: readonly (readonly string[])[]): void {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  for (const row of rows) {
    const cells = row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)));
    terminal.data(`${cells.join('  ')}\n`);
  }
}
