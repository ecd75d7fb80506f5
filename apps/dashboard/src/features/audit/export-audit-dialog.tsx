import { Modal } from '@mantine/core';
import { routePath } from '@mcp-coordinator/client/http';
import { AUDIT_EXPORT_FORMATS, type AuditExportFormat } from '@mcp-coordinator/contract/audit.contract';
import { routes } from '@mcp-coordinator/contract/routes';
import { buttonClass } from '../../ui/button.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { NoticeRow } from '../../ui/notice.tsx';
import type { AuditFilters } from './audit-search.ts';

const LABELS: Record<AuditExportFormat, string> = {
  jsonl: 'JSON Lines',
  csv: 'CSV',
  ocsf: 'OCSF',
  cef: 'CEF',
  bundle: 'Bundle that proves itself',
};

/** Downloads what the filters leave, oldest first. The export itself becomes a record. */
export function ExportAuditDialog({ filters, onClose }: { filters: AuditFilters; onClose: () => void }) {
  const chosen = Object.entries(filters).map(([name, value]) => [name, String(value)] as const);
  return (
    <Modal opened onClose={onClose} title="Export" closeButtonProps={{ 'aria-label': 'Close' }}>
      <div style={{ display: 'grid', gap: 14 }}>
        {chosen.length > 0 ? <FactList facts={chosen} /> : <p>Every record, oldest first.</p>}
        <p className="dim">Secrets were masked before they were recorded. The export leaves a record of its own.</p>
        <NoticeRow>
          {AUDIT_EXPORT_FORMATS.map((format) => (
            <a
              key={format}
              className={buttonClass()}
              href={routePath(routes.exportAudit, { query: { ...filters, format } })}
              download
            >
              {LABELS[format]}
            </a>
          ))}
        </NoticeRow>
      </div>
    </Modal>
  );
}
