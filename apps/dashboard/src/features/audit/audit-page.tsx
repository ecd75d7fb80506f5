import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { askPages } from '../../api/pages.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Permitted } from '../auth/not-permitted.tsx';
import styles from './audit.module.css';
import { AuditDrawer } from './audit-drawer.tsx';
import { AuditFilterFields } from './audit-filter-fields.tsx';
import { filtersOf } from './audit-search.ts';
import { AuditTable } from './audit-table.tsx';
import { auditTitle } from './audit-title.ts';
import { ExportAuditDialog } from './export-audit-dialog.tsx';
import { NewRecords } from './new-records.tsx';
import { VerifyStrip } from './verify-strip.tsx';

const route = getRouteApi('/shell/audit');

export function AuditPage() {
  return (
    <Permitted to={['view_audit']}>
      <Audit />
    </Permitted>
  );
}

function Audit() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [exporting, setExporting] = useState(false);
  const filters = filtersOf(search);
  const verified = useQuery({ ...ask('verifyAudit', {}), staleTime: 60_000, refetchOnWindowFocus: false });
  const query = useInfiniteQuery({
    ...askPages('listAuditLogs', { limit: 50, ...filters }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const logs = query.data?.pages.flatMap((page) => page.logs) ?? [];
  const show = (event: string | undefined) =>
    void navigate({ search: event === undefined ? filters : { ...filters, event }, resetScroll: false });
  return (
    <Page
      title={verified.error ? 'Whether the log verifies is not known.' : auditTitle(verified.data)}
      context="Every change, decision, refusal, sign-in and export leaves a record, in the same transaction as the change."
      actions={
        <>
          <Button busy={verified.isFetching} onClick={() => void verified.refetch()}>
            Verify again
          </Button>
          <Button onClick={() => setExporting(true)}>Export…</Button>
        </>
      }
    >
      <Loaded query={verified} what="every record">
        {(data) => <VerifyStrip verified={data} />}
      </Loaded>
      <AuditFilterFields filters={filters} onChange={(next) => void navigate({ search: next, replace: true })} />
      <NewRecords onShow={() => void query.refetch()} />
      <div className={search.event === undefined ? undefined : styles['besideDrawer']}>
        <AuditTable query={query} logs={logs} current={search.event} onOpen={show} />
      </div>
      {search.event === undefined ? null : (
        <AuditDrawer id={search.event} logs={logs} onClose={() => show(undefined)} onOpen={show} />
      )}
      {exporting ? <ExportAuditDialog filters={filters} onClose={() => setExporting(false)} /> : null}
    </Page>
  );
}
