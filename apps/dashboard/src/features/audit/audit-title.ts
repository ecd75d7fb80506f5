import { count } from '../../ui/plural.ts';

/** The answer first: whether the log is what was written. */
export const auditTitle = (
  verified: { valid: boolean | null; size: number; problems: readonly unknown[] } | undefined,
): string => {
  if (!verified) return 'Verifying the log…';
  if (verified.valid === null) return `The log of ${count(verified.size, 'record')} is being verified.`;
  if (verified.valid) return `The log verifies: ${count(verified.size, 'record')}, none changed or missing.`;
  return `The log does not verify: ${count(Math.max(1, verified.problems.length), 'problem')} in ${count(verified.size, 'record')}.`;
};
