import { existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { requirePort } from '../require-port.ts';
import { type Finding, fault, fine, unknown } from './finding.ts';

const MB = 1_000_000;
const FREE_MB_MIN = 500;

/** Free bytes of the file system that a path is on, or will be. */
export function freeBytes(path: string): number {
  let there = resolve(path);
  while (!existsSync(there)) there = dirname(there);
  const { bavail, bsize } = statfsSync(there);
  return bavail * bsize;
}

export function examineDisk({ dataDir }: Config, free: (path: string) => number): Finding {
  const megabytes = Math.floor(free(dataDir) / MB);
  if (megabytes >= FREE_MB_MIN) return fine('disk', `${megabytes} MB are free under ${dataDir}.`);
  return fault(
    'disk',
    `Only ${megabytes} MB are free under ${dataDir}; below ${FREE_MB_MIN} writing will soon fail.`,
    'Free space there: old backups (backup create --keep N), logs, AUDIT_ARCHIVE_DIR; or move DATA_DIR to a larger disk.',
  );
}

/** `holder` is the process that holds the data folder, `atWork` whether it answers as a coordinator does. */
export function examineProcess({ dataDir }: Config, holder: number | undefined, atWork: boolean): Finding {
  if (holder === undefined)
    return fine('second_process', atWork ? 'A coordinator is at work.' : 'No process holds the data folder.');
  if (atWork) return fine('second_process', `The coordinator at work is the process ${holder}.`);
  return fault(
    'second_process',
    `${dataDir} is held by the process ${holder}, which does not answer as a coordinator.`,
    `Look at it (ps -p ${holder}), and stop it or wait for its end; or set DATA_DIR to another folder.`,
  );
}

export async function examinePort({ host, port }: Config, atWork: boolean): Promise<Finding> {
  if (atWork) return fine('port', `The coordinator at work listens.`);
  try {
    await requirePort(host, port);
    return fine('port', `Port ${port} is free.`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      return fault(
        'port',
        `Port ${port} is in use by another program.`,
        `Find it (ss -ltnp 'sport = :${port}') and stop it, or set PORT to another number.`,
      );
    if (code === 'EACCES')
      return fault('port', `Port ${port} may not be used by this user.`, 'Set PORT to 1024 or more.');
    return unknown('port', message);
  }
}
