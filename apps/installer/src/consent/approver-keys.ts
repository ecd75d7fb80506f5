import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { type ApproverKeys, approverKeysSchema, type ConsentDemand } from '@mcp-coordinator/contract/consent.contract';
import { ConfigError } from '../config.ts';

const NAME = 'INSTALLER_APPROVER_KEYS';
const OTHERS_WRITE = 0o022;

/**
 * The approvers whose passkeys this machine takes: `INSTALLER_APPROVER_KEYS`, an absolute path or the JSON itself; null where
 * it is not set. Throws ConfigError for anything that is not whole: a machine that was told to verify never goes without.
 */
export async function readApproverKeys(given: string | null, platform: NodeJS.Platform): Promise<ApproverKeys | null> {
  if (given === null) return null;
  const text = given.trimStart().startsWith('{') ? given : await readPinned(given, platform);
  const parsed = approverKeysSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(`${NAME} does not fit: ${['', ...(issue?.path ?? [])].join('/') || '/'} ${issue?.message}`);
}

async function readPinned(path: string, platform: NodeJS.Platform): Promise<string> {
  if (!isAbsolute(path)) throw new ConfigError(`${NAME} must be an absolute path, or JSON`);
  const stats = await stat(path).catch(() => null);
  if (stats === null) throw new ConfigError(`${NAME} names ${path}, which is not there`);
  if (platform !== 'win32' && (stats.mode & OTHERS_WRITE) !== 0)
    throw new ConfigError(`${NAME} names ${path}, which others may write. Run chmod go-w ${path}`);
  return readFile(path, 'utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(`${NAME} is no JSON`);
  }
}

/** What the coordinator is told of it, so that people see beforehand whose approvals the machine will ask for. */
export const demandOf = ({ quorum, approvers }: ApproverKeys): ConsentDemand => ({
  quorum,
  approvers: approvers.map(({ username }) => username),
});
