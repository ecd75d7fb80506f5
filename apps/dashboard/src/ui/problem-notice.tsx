import { UnreachableError } from '@mcp-coordinator/client/http';
import { refusalOf } from '../api/refused-error.ts';
import { Button } from './button.tsx';
import { Notice, NoticeRow } from './notice.tsx';

/** What went wrong, what was not changed, what to do: in the coordinator's own words where it gave them. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const refusal = refusalOf(error);
  const unreachable = error instanceof UnreachableError;
  const title = refusal?.title ?? (unreachable ? 'The coordinator does not answer' : 'This page could not go on');
  const detail =
    refusal?.detail ??
    (unreachable
      ? 'What is shown may be old. If you have just asked for a change, look whether it took place before asking again.'
      : 'The fault lies in the dashboard. Nothing was changed by it; load the page again.');
  return (
    <Notice tone="critical" title={`✕ ${title}`} urgent>
      <p>{detail}</p>
      {refusal && refusal.errors.length > 0 ? (
        <ul>
          {refusal.errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      ) : null}
      <NoticeRow>
        {onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
        {refusal?.requestId ? (
          <span className="dim">
            Request <code>{refusal.requestId}</code>
          </span>
        ) : null}
      </NoticeRow>
    </Notice>
  );
}
