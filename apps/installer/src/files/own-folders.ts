import { join } from 'node:path';
import type { Machine } from '../machine.ts';
import { leadsTo } from './roots.ts';

/** Where the installer keeps what decides about every change; `programs` are the packages in it, which entries name. */
export async function ownFolders({ dataDir }: Pick<Machine, 'dataDir'>): Promise<{ data: string; programs: string }> {
  const data = await leadsTo(dataDir);
  return { data, programs: join(data, 'store') };
}
