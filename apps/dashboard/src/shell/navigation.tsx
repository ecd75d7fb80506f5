import { Link } from '@tanstack/react-router';
import { Icon } from './icons.tsx';
import styles from './navigation.module.css';
import { MANAGE_ITEMS, type NavigationItem, WORK_ITEMS } from './navigation-items.ts';
import { usePendingCounts } from './pending-counts.ts';

const WAITING: Partial<Record<NavigationItem['name'], string>> = {
  assessment: 'results to review',
  remediation: 'proposals to decide',
  system: 'alerts fire',
};

export function Navigation({ rail = false, onNavigate }: { rail?: boolean; onNavigate?: () => void }) {
  const counts = usePendingCounts();
  const line = (item: NavigationItem) => (
    <li key={item.name}>
      <Link to={item.to} className={styles['item']} title={rail ? item.label : undefined} onClick={onNavigate}>
        <Icon name={item.name} />
        <span className={styles['label']}>{item.label}</span>
        {counts[item.name] ? (
          <span className={styles['count']}>
            {counts[item.name]}
            <span className="unseen"> {WAITING[item.name]}</span>
          </span>
        ) : null}
      </Link>
    </li>
  );
  return (
    <nav className={`${styles['nav']} ${rail ? styles['rail'] : ''}`} aria-label="Pages">
      <ul>{WORK_ITEMS.map(line)}</ul>
      <div className={styles['group']} id="manage-pages">
        Manage
      </div>
      <ul aria-labelledby="manage-pages">{MANAGE_ITEMS.map(line)}</ul>
    </nav>
  );
}
