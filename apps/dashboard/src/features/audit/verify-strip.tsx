import type { CallValue } from '@mcp-coordinator/client/route-call';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { Notice } from '../../ui/notice.tsx';
import { count } from '../../ui/plural.ts';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './audit.module.css';
import { WitnessList } from './witness-list.tsx';

type Verified = CallValue<'verifyAudit'>;

const SHOWN = 20;

/** Whether the log verifies and since when, and who outside of the database vouches for it. */
export function VerifyStrip({ verified }: { verified: Verified }) {
  const checkpoint = useQuery(ask('showCheckpoint', {}));
  const { size, first, rootHash, checkedAt, problems, running } = verified;
  return (
    <>
      <div className={styles['strip']} data-valid={verified.valid ?? undefined}>
        <div>
          <ValidTag valid={verified.valid} /> <b>tree of {size.toLocaleString('en-US')}</b>
          <div className="dim">
            {checkedAt === null ? 'not checked yet' : 'checked '}
            {checkedAt === null ? null : <Time at={checkedAt} seconds />}
          </div>
          {running ? <Progress running={running} /> : null}
          {first > 0 ? <div className="dim">{count(first, 'older record')} archived</div> : null}
        </div>
        <div>
          <div className="dim">Root hash</div>
          {rootHash === null ? (
            <span className="dim">unknown</span>
          ) : (
            <code title={rootHash}>
              {rootHash.slice(0, 16)}…{rootHash.slice(-8)}
            </code>
          )}
        </div>
        <div>
          <div className="dim">Last checkpoint, signed Ed25519</div>
          {checkpoint.data ? (
            <>
              {checkpoint.data.size.toLocaleString('en-US')} records, <Time at={checkpoint.data.timestamp} seconds />
              <WitnessList witnesses={checkpoint.data.witnesses} />
            </>
          ) : (
            <span className="dim">{checkpoint.error ? 'none yet' : 'Reading…'}</span>
          )}
        </div>
      </div>
      <Problems problems={problems} />
    </>
  );
}

function ValidTag({ valid }: { valid: boolean | null }) {
  if (valid === null)
    return (
      <Tag tone="neutral" glyph="◷">
        Not known yet
      </Tag>
    );
  return valid ? (
    <Tag tone="verified" glyph="✓">
      Verified
    </Tag>
  ) : (
    <Tag tone="critical" glyph="✕">
      Does not verify
    </Tag>
  );
}

function Progress({ running: { verified, total } }: { running: NonNullable<Verified['running']> }) {
  return (
    <div className="dim">
      verifying again: {verified.toLocaleString('en-US')} of {total.toLocaleString('en-US')}{' '}
      <progress aria-label="Verified records" value={verified} max={Math.max(1, total)} />
    </div>
  );
}

function Problems({ problems }: Pick<Verified, 'problems'>) {
  if (problems.length === 0) return null;
  return (
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
  );
}
