import type { ReactNode } from 'react';
import { Button } from './button.tsx';

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** The next page of a list, below the rows that are there. */
export function MoreButton({ pages, shown, of }: { pages: Pages; shown: number; of: ReactNode }) {
  if (!pages.hasNextPage) return null;
  return (
    <div style={{ display: 'flex', gap: 12, alignItems: 'center', padding: '10px 14px' }}>
      <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        Show more
      </Button>
      <span className="dim">
        {shown.toLocaleString('en-US')} of {of} shown
      </span>
    </div>
  );
}
