import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { AuditVerification } from '@mcp-coordinator/contract/audit.contract';
import type { AuditModule } from './modules/audit/audit.module.ts';

export const AUDIT_USAGE = `Usage: coordinator audit verify [--from LEAF] [--to LEAF] [--checkpoint FILE] [--json]
`;

export interface AuditCommand {
  readonly audit: AuditModule;
  readonly say: (text: string) => void;
}

/** The command beside the database. Answers the exit code: 0, 1 when the log does not verify, 2 for a wrong use. */
export async function runAuditCommand(deps: AuditCommand, [command, ...flags]: readonly string[]): Promise<number> {
  if (command === 'verify') return verify(deps, flags);
  deps.say(AUDIT_USAGE);
  return 2;
}

const leafOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Error(`A leaf is a whole number, not ${text}. Nothing was verified.`);
  return Number(text);
};

async function verify({ audit, say }: AuditCommand, flags: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      checkpoint: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const kept = values.checkpoint === undefined ? undefined : await readFile(values.checkpoint, 'utf8');
  const found = await audit.verify({ from: leafOf(values.from), to: leafOf(values.to) });
  const other = kept === undefined ? undefined : await audit.checkKept(kept);
  const problems = other ? [other, ...found.problems] : found.problems;
  const all: AuditVerification = { ...found, valid: problems.length === 0, problems };
  say(values.json ? JSON.stringify(all, null, 2) : describe(all));
  return all.valid ? 0 : 1;
}

function describe({ valid, size, first, rootHash, problems }: AuditVerification): string {
  const head = valid
    ? `The audit log verifies: ${size} records, none changed or missing.`
    : `The audit log does not verify: ${problems.length} problems in ${size} records.`;
  return [
    head,
    ...(first > 0 ? [`Records before leaf ${first} were archived.`] : []),
    ...(rootHash === null ? [] : [`Root ${rootHash}`]),
    ...problems.map(
      ({ leafIndex, recordId, problem }) =>
        `✕ ${leafIndex === null ? '' : `leaf ${leafIndex} `}${recordId === null ? '' : `${recordId} `}${problem}`,
    ),
  ].join('\n');
}
