import { Link } from '@tanstack/react-router';
import { count } from '../ui/plural.ts';
import { Tag } from '../ui/tag.tsx';
import { usePendingCounts } from './pending-counts.ts';

/** In the bar only while something fires. */
export function AlertBell() {
  const { system: firing = 0 } = usePendingCounts();
  if (firing === 0) return null;
  return (
    <Link to="/system">
      <Tag tone="high" glyph="▲">
        {count(firing, 'alert')}
      </Tag>
    </Link>
  );
}
