import { Modal } from '@mantine/core';
import { routePath } from '@mcp-coordinator/client/http';
import { routes } from '@mcp-coordinator/contract/routes';
import { buttonClass } from '../../ui/button.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { NoticeRow } from '../../ui/notice.tsx';
import type { AuditFilters } from './audit-search.ts';

const FORMATS = [
  ['jsonl', 'JSON Lines'],
  ['csv', 'CSV'],
  ['ocsf', 'OCSF'],
] as const;

/** Downloads what the filters leave, oldest first. The export itself becomes a record. */
export function ExportAuditDialog({ filters, onClose }: { filters: AuditFilters; onClose: () => void }) {
  const chosen = Object.entries(filters).map(([name, value]) => [name, String(value)] as const);
  return (
    <Modal opened onClose={onClose} title="Export" closeButtonProps={{ 'aria-label': 'Close' }}>
      <div style={{ display: 'grid', gap: 14 }}>
        {chosen.length > 0 ? <FactList facts={chosen} /> : <p>Every record, oldest first.</p>}
        <p className="dim">Secrets were masked before they were recorded. The export leaves a record of its own.</p>
        <NoticeRow>
          {FORMATS.map(([format, label]) => (
            <a
              key={format}
              className={buttonClass()}
              href={routePath(routes.exportAudit, { query: { ...filters, format } })}
              download
            >
              {label}
            </a>
          ))}
        </NoticeRow>
      </div>
    </Modal>
  );
}
