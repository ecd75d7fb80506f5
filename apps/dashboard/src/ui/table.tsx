import type { ReactNode } from 'react';
import styles from './table.module.css';

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ReactNode;
  align?: 'right';
  /** Left out below 700 px: only what one can decide without. */
  narrow?: 'hide';
  /** The head is for those who hear the table: a column of buttons says by itself what it holds. */
  headUnseen?: boolean;
}

export interface TableProps<Row> {
  /** For those who do not see the panel's title. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  isCurrent?: (row: Row) => boolean;
}

export function Table<Row>({ label, columns, rows, rowKey, isCurrent }: TableProps<Row>) {
  return (
    <div className={styles['scroll']}>
      <table className={styles['table']} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ head, align, narrow, headUnseen = false }) => (
              <th key={head} scope="col" data-align={align} data-narrow={narrow}>
                {headUnseen ? <span className="unseen">{head}</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} aria-current={isCurrent?.(row) ? 'true' : undefined}>
              {columns.map(({ head, cell, align, narrow }) => (
                <td key={head} data-align={align} data-narrow={narrow}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
