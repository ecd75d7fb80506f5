import { useMemo } from 'react';
import styles from './diff-view.module.css';
import { type DiffLine, parseUnifiedDiff } from './parse-unified-diff.ts';
import { visibleText } from './visible-text.ts';

const SIGNS = {
  removed: { sign: '-', word: 'removed' },
  added: { sign: '+', word: 'added' },
  context: { sign: ' ', word: '' },
};

/** A unified diff, folded to its hunks, with the part of a line that changed marked. */
export function DiffView({ diff, label }: { diff: string; label: string }) {
  const lines = useMemo(() => parseUnifiedDiff(diff), [diff]);
  return (
    <section className={styles['diff']} aria-label={label}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a diff never changes order, and lines repeat
        <Line key={index} line={line} />
      ))}
    </section>
  );
}

function Line({ line }: { line: DiffLine }) {
  if (line.kind === 'folded') return <div className={styles['folded']}>⋯ {line.text}</div>;
  const { sign, word } = SIGNS[line.kind];
  return (
    <div className={`${styles['line']} ${styles[line.kind] ?? ''}`}>
      <span className={styles['number']}>{line.before}</span>
      <span className={styles['number']}>{line.after}</span>
      <span className={styles['sign']} aria-hidden="true">
        {sign}
      </span>
      <span className={styles['text']}>
        {word ? <span className="unseen">{word}: </span> : null}
        <Marked line={line} />
      </span>
    </div>
  );
}

function Marked({ line: { text, mark } }: { line: DiffLine }) {
  if (!mark) return visibleText(text);
  const [from, to] = mark;
  return (
    <>
      {visibleText(text.slice(0, from))}
      <mark>{visibleText(text.slice(from, to))}</mark>
      {visibleText(text.slice(to))}
    </>
  );
}
