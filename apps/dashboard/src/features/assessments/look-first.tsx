import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import { Link } from '@tanstack/react-router';
import { buttonClass } from '../../ui/button.tsx';
import { Quiet } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SeverityTag } from '../../ui/severity-tag.tsx';
import { ShortId } from '../../ui/short-id.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { originWords, targetWords } from './assessment-words.ts';
import styles from './assessments.module.css';
import { toReview } from './to-review.ts';

const SHOWN = 5;

export function LookFirst({ assessments }: { assessments: readonly Assessment[] }) {
  const waiting = toReview(assessments);
  return (
    <Panel title="Look at these first" aside="most serious first, then oldest">
      {waiting.length === 0 ? (
        <Quiet>No result waits for review.</Quiet>
      ) : (
        <ol>
          {waiting.slice(0, SHOWN).map((assessment, index) => (
            <Waiting key={assessment.assessmentId} assessment={assessment} rank={index + 1} />
          ))}
          {waiting.length > SHOWN ? <Quiet>{waiting.length - SHOWN} more are in the list below.</Quiet> : null}
        </ol>
      )}
    </Panel>
  );
}

function Waiting({ assessment, rank }: { assessment: Assessment; rank: number }) {
  const { assessmentId: id, requestedBy, completedAt, createdAt, summary } = assessment;
  return (
    <li className={styles['first']} data-calm={(summary?.criticalIssues ?? 0) === 0}>
      <span className={styles['rank']}>{rank}</span>
      <div>
        <IssueTag assessment={assessment} />{' '}
        <Link to="/assessment/runs/$id" params={{ id }} className={styles['name']}>
          {targetWords(assessment)}
        </Link>
        <div className={styles['meta']}>
          <ShortId value={id} /> · {originWords(assessment)} by {requestedBy}, completed{' '}
          <Time at={completedAt ?? createdAt} />
        </div>
      </div>
      <Link to="/assessment/runs/$id" params={{ id }} className={buttonClass(rank === 1)}>
        Review results…
      </Link>
    </li>
  );
}

export function IssueTag({ assessment: { summary } }: { assessment: Assessment }) {
  if (!summary) return null;
  if (summary.criticalIssues > 0)
    return <SeverityTag severity="high">{summary.criticalIssues} critical or high</SeverityTag>;
  if (summary.warningIssues > 0)
    return <SeverityTag severity="medium">{summary.warningIssues} medium or low</SeverityTag>;
  return (
    <Tag tone="verified" glyph="✓">
      Nothing found
    </Tag>
  );
}
