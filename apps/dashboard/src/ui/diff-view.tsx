import { useMemo } from 'react';
import styles from './diff-view.module.css';
import { type DiffLine, parseUnifiedDiff } from './parse-unified-diff.ts';
import { splitDiff } from './split-diff.ts';
import { visibleText } from './visible-text.ts';

const SIGNS = {
  removed: { sign: '-', word: 'removed' },
  added: { sign: '+', word: 'added' },
  context: { sign: ' ', word: '' },
};

/** A unified diff, folded to its hunks, with the part of a line that changed marked; side by side when `split`. */
export function DiffView({ diff, label, split = false }: { diff: string; label: string; split?: boolean }) {
  const lines = useMemo(() => parseUnifiedDiff(diff), [diff]);
  return (
    <section className={styles['diff']} aria-label={label}>
      {split
        ? splitDiff(lines).map(({ left, right }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a diff never changes order, and lines repeat
            <div key={index} className={styles['pair']}>
              {left?.kind === 'folded' ? (
                <Line line={left} />
              ) : (
                <>
                  <Half line={left} number={left?.before} />
                  <Half line={right} number={right?.after} />
                </>
              )}
            </div>
          ))
        : lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a diff never changes order, and lines repeat
            <Line key={index} line={line} />
          ))}
    </section>
  );
}

function Line({ line }: { line: DiffLine }) {
  if (line.kind === 'folded') return <div className={styles['folded']}>⋯ {line.text}</div>;
  return (
    <div className={`${styles['line']} ${styles[line.kind] ?? ''}`}>
      <span className={styles['number']}>{line.before}</span>
      <span className={styles['number']}>{line.after}</span>
      <Words line={line} kind={line.kind} />
    </div>
  );
}

function Half({ line, number }: { line: DiffLine | undefined; number: number | null | undefined }) {
  if (line === undefined || line.kind === 'folded') return <div className={styles['absent']} />;
  return (
    <div className={`${styles['half']} ${styles[line.kind] ?? ''}`}>
      <span className={styles['number']}>{number}</span>
      <Words line={line} kind={line.kind} />
    </div>
  );
}

function Words({ line, kind }: { line: DiffLine; kind: keyof typeof SIGNS }) {
  const { sign, word } = SIGNS[kind];
  return (
    <>
      <span className={styles['sign']} aria-hidden="true">
        {sign}
      </span>
      <span className={styles['text']}>
        {word ? <span className="unseen">{word}: </span> : null}
        <Marked line={line} />
      </span>
    </>
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
