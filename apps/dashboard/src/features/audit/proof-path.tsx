import type { ProofStep } from './verify-proof.ts';

const WIDTH = 480;
const HEIGHT = 96;

/** The path from the leaf to the root, with the neighbours it is hashed with: filled left, hollow right. */
export function ProofPath({
  steps,
  treeSize,
  holds,
}: {
  steps: readonly ProofStep[];
  treeSize: number;
  holds: boolean;
}) {
  const colour = holds ? 'var(--verified)' : 'var(--critical)';
  const last = Math.max(1, steps.length);
  const x = (step: number) => 10 + (step / last) * (WIDTH - 24);
  const y = (step: number) => 66 - (step / last) * 40;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width="100%"
      role="img"
      aria-label={`From this record over ${steps.length} neighbours to the root of ${treeSize}`}
    >
      <line x1={x(0)} y1={y(0)} x2={x(last)} y2={y(last)} stroke={colour} strokeWidth="2" />
      <circle cx={x(0)} cy={y(0)} r="4" fill={colour} />
      <circle cx={x(last)} cy={y(last)} r="4" fill={colour} />
      {steps.map(({ hash, side }, index) => (
        <g key={hash}>
          <line
            x1={x(index + 1)}
            y1={y(index + 1)}
            x2={x(index + 1)}
            y2={y(index + 1) + 16}
            stroke="var(--line-strong)"
          />
          <rect
            x={x(index + 1) - 3}
            y={y(index + 1) + 14}
            width="7"
            height="7"
            fill={side === 'left' ? 'var(--line-strong)' : 'var(--surface)'}
            stroke="var(--line-strong)"
          />
        </g>
      ))}
      <text x={x(0)} y={y(0) - 10} fontSize="12" fill="var(--ink)">
        this record
      </text>
      <text x={x(last)} y={y(last) - 10} fontSize="12" fill="var(--ink)" textAnchor="end">
        root of {treeSize.toLocaleString('en-US')}
      </text>
    </svg>
  );
}
