import { Drawer } from '@mantine/core';
import type { AuditLog } from '@mcp-coordinator/contract/audit.contract';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { ask } from '../../api/ask.ts';
import { refusalOf } from '../../api/refused-error.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice, NoticeRow } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './audit.module.css';
import { AuditResultTag } from './audit-result-tag.tsx';
import { auditSentence, targetHref } from './audit-sentence.ts';
import { ProofSection } from './proof-section.tsx';
import { recordOfLeaf } from './record-of-leaf.ts';

export interface AuditDrawerProps {
  id: string;
  /** The rows that are shown, newest first. */
  logs: readonly AuditLog[];
  onClose: () => void;
  onOpen: (id: string) => void;
}

/** A record as a sentence, then its fields, then as it was written, then its proof. */
export function AuditDrawer({ id, logs, onClose, onOpen }: AuditDrawerProps) {
  const index = logs.findIndex((log) => log.id === id);
  const proof = useQuery(ask('proveAuditLog', { params: { id } }));
  const log = logs[index] ?? (proof.data && recordOfLeaf(proof.data));
  const [newer, older] = index < 0 ? [undefined, undefined] : [logs[index - 1], logs[index + 1]];
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={540}
      withOverlay={false}
      trapFocus={false}
      shadow="var(--shadow)"
      title={log?.action ?? id}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {log ? <Record log={log} /> : null}
      <section className={styles['section']} aria-label="Proof">
        {refusalOf(proof.error)?.code === 'not_found' && log ? (
          <Notice tone="low" title="◷ Not in the tree yet">
            <p>A record joins the tree within about a second. Open it again.</p>
          </Notice>
        ) : (
          <Loaded query={proof} what="the proof">
            {(data) => <ProofSection proof={data} onAgain={() => void proof.refetch()} />}
          </Loaded>
        )}
      </section>
      <NoticeRow>
        <Button blocked={newer ? undefined : 'This is the newest one shown'} onClick={() => newer && onOpen(newer.id)}>
          ↑ Newer
        </Button>
        <Button blocked={older ? undefined : 'This is the oldest one shown'} onClick={() => older && onOpen(older.id)}>
          ↓ Older
        </Button>
      </NoticeRow>
    </Drawer>
  );
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function Record({ log }: { log: AuditLog }) {
  const router = useRouter();
  const href = targetHref(log);
  const raw = JSON.stringify(log, null, 2);
  const target = <code>{visibleText(log.target)}</code>;
  return (
    <>
      <div style={{ display: 'grid', gap: 10, paddingBottom: 12 }}>
        <p>
          <b>{visibleText(auditSentence(log))}</b> <AuditResultTag result={log.result} bare={false} />
        </p>
        <FactList
          facts={[
            ['Who', visibleText(log.actor)],
            ['When', <Time key="when" at={log.timestamp} seconds />],
            [
              'What',
              href ? (
                <a
                  key="what"
                  href={href}
                  onClick={(event) => {
                    event.preventDefault();
                    router.history.push(href);
                  }}
                >
                  {target}
                </a>
              ) : (
                target
              ),
            ],
            ...Object.entries(log.details).map(([name, value]) => [name, visibleText(plain(value))] as const),
            ['Request', log.requestId ? <code key="request">{log.requestId}</code> : null],
          ]}
        />
      </div>
      <section className={styles['section']} aria-label="Raw record">
        <div className={styles['heading']}>
          <h3>Raw record</h3>
          <CopyButton text={raw} />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre className={styles['raw']} tabIndex={0}>
          {visibleText(raw)}
        </pre>
      </section>
    </>
  );
}
