import { useMemo, useState } from 'react';
import { TextButton } from '../../ui/button.tsx';
import { count } from '../../ui/plural.ts';
import { Tag } from '../../ui/tag.tsx';
import styles from './audit.module.css';
import { ProofPath } from './proof-path.tsx';
import { type Proof, proofHolds, proofSteps } from './verify-proof.ts';

const SHOWN = 2;
const short = (hash: string): string => `${hash.slice(0, 24)}…${hash.slice(-8)}`;

export function ProofSection({ proof, onAgain }: { proof: Proof; onAgain: () => void }) {
  const [all, setAll] = useState(false);
  const holds = useMemo(() => proofHolds(proof), [proof]);
  const steps = proofSteps(proof);
  const shown = all ? steps : steps.slice(0, SHOWN);
  return (
    <>
      <div className={styles['heading']}>
        <h3>
          Proof{' '}
          {holds ? (
            <Tag tone="verified" glyph="✓">
              Verified here
            </Tag>
          ) : (
            <Tag tone="critical" glyph="✕">
              Does not hold
            </Tag>
          )}
        </h3>
        <TextButton onClick={onAgain}>Verify again</TextButton>
      </div>
      <p className="dim">
        This record is leaf {proof.leafIndex.toLocaleString('en-US')}. Hashed in this browser with{' '}
        {count(steps.length, 'neighbour')}, it {holds ? 'gives' : 'does not give'} the root.
      </p>
      <ProofPath steps={steps} treeSize={proof.treeSize} holds={holds} />
      <div className={styles['proof']}>
        <span className="dim">leaf</span>
        <span />
        <code title={proof.leafHash}>{short(proof.leafHash)}</code>
        {shown.flatMap(({ hash, side }, index) => [
          <span key={`${hash} number`} className="dim">
            {index + 1}
          </span>,
          <span key={`${hash} side`} className="dim">
            {side}
          </span>,
          <code key={hash} title={hash}>
            {short(hash)}
          </code>,
        ])}
        {steps.length > shown.length ? (
          <>
            <span className="dim">…</span>
            <span />
            <TextButton onClick={() => setAll(true)}>{steps.length - shown.length} more steps</TextButton>
          </>
        ) : null}
        <span className="dim">root</span>
        <span>{holds ? '✓ same' : '✕ other'}</span>
        <code title={proof.rootHash}>{short(proof.rootHash)}</code>
      </div>
    </>
  );
}
