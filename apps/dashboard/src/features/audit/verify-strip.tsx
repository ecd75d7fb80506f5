import type { CallValue } from '@mcp-coordinator/client/route-call';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { Notice } from '../../ui/notice.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './audit.module.css';

const SHOWN = 20;

export function VerifyStrip({ verified }: { verified: CallValue<'verifyAudit'> }) {
  const checkpoint = useQuery(ask('showCheckpoint', {}));
  const { valid, size, rootHash, checkedAt, problems } = verified;
  return (
    <>
      <div className={styles['strip']} data-valid={valid}>
        <div>
          {valid ? (
            <Tag tone="verified" glyph="✓">
              Verified
            </Tag>
          ) : (
            <Tag tone="critical" glyph="✕">
              Does not verify
            </Tag>
          )}{' '}
          <b>tree of {size.toLocaleString('en-US')}</b>
          <div className="dim">
            checked <Time at={checkedAt} seconds />
          </div>
        </div>
        <div>
          <div className="dim">Root hash</div>
          <code title={rootHash}>
            {rootHash.slice(0, 16)}…{rootHash.slice(-8)}
          </code>
        </div>
        <div>
          <div className="dim">Last checkpoint, signed Ed25519</div>
          {checkpoint.data ? (
            <>
              {checkpoint.data.size.toLocaleString('en-US')} records, <Time at={checkpoint.data.timestamp} seconds />
            </>
          ) : (
            <span className="dim">{checkpoint.error ? 'none yet' : 'Reading…'}</span>
          )}
        </div>
      </div>
      {problems.length > 0 ? (
        <Notice tone="critical" title="✕ What does not verify">
          <ul>
            {problems.slice(0, SHOWN).map(({ leafIndex, recordId, problem }) => (
              <li key={`${leafIndex} ${recordId} ${problem}`}>
                {leafIndex === null ? '' : `Leaf ${leafIndex} `}
                {recordId ? <code>{recordId}</code> : null} {problem}
              </li>
            ))}
          </ul>
          {problems.length > SHOWN ? <p className="dim">{problems.length - SHOWN} more</p> : null}
          <p>Keep the database as it is and compare it with a checkpoint kept elsewhere.</p>
        </Notice>
      ) : null}
    </>
  );
}
