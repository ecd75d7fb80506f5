import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemNotice } from './problem-notice.tsx';

/** Shows what was read; until then that it is being read, and when it cannot be read why. Old data stays while it is read anew. */
export function Loaded<Data>({
  query,
  what,
  children,
}: {
  query: UseQueryResult<Data>;
  /** “the proposals”: completes “Reading …”. */
  what: string;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  return <Quiet>Reading {what}…</Quiet>;
}

/** A line in the place of content: nothing there yet, or nothing to show. */
export function Quiet({ children }: { children: ReactNode }) {
  return (
    <p className="dim" style={{ padding: '10px 14px' }}>
      {children}
    </p>
  );
}
