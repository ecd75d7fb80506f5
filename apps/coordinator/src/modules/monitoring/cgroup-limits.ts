/** The text of a file, or nothing where there is none or it may not be read. */
export type ReadText = (path: string) => Promise<string | undefined>;

/** What a container or a slice allows and has used; null where it is not limited. */
export interface CgroupReading {
  readonly memory: { readonly limitBytes: number; readonly usedBytes: number } | null;
  /** `usedMs` counts up: processor time of the whole group since it was made. */
  readonly cpu: { readonly cores: number; readonly usedMs: number } | null;
}

const ROOT = '/sys/fs/cgroup';

/** Version 2 where it is mounted as such, else version 1; both may be absent. */
export async function readCgroup(readText: ReadText): Promise<CgroupReading> {
  const paths = await ownPaths(readText);
  if ((await readText(`${ROOT}/cgroup.controllers`)) !== undefined) {
    const folders = [`${ROOT}${paths.get('') ?? ''}`, ROOT];
    return { memory: await firstOf(folders, memoryV2(readText)), cpu: await firstOf(folders, cpuV2(readText)) };
  }
  const foldersOf = (controller: string) => [
    `${ROOT}/${controller}${paths.get(controller) ?? ''}`,
    `${ROOT}/${controller}`,
  ];
  const usage = await firstOf(foldersOf('cpuacct'), async (folder) =>
    numberOf(await readText(`${folder}/cpuacct.usage`)),
  );
  return {
    memory: await firstOf(foldersOf('memory'), memoryV1(readText)),
    cpu: usage === null ? null : await firstOf(foldersOf('cpu'), cpuV1(readText, usage)),
  };
}

/** Controller → path of this process's own group. Inside a namespace that is `/`, seen from outside it may not exist here. */
async function ownPaths(readText: ReadText): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const line of ((await readText('/proc/self/cgroup')) ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    for (const controller of controllers.split(',')) paths.set(controller, path === '/' ? '' : path);
  }
  return paths;
}

async function firstOf<Found>(
  folders: readonly string[],
  look: (folder: string) => Promise<Found | null>,
): Promise<Found | null> {
  for (const folder of folders) {
    const found = await look(folder);
    if (found !== null) return found;
  }
  return null;
}

/** `max`, an absent file and version 1's "all there could be" mean that there is no limit. */
function numberOf(text: string | undefined): number | null {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value > 0 && value < 2 ** 60 ? value : null;
}

const field = (text: string | undefined, name: string): number =>
  Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1] ?? 0);

/** The page cache of files counts as used, but is given up when memory is needed: it is no reason for an alert. */
const memoryOf = (limit: number | null, used: number | null, reclaimable: number): CgroupReading['memory'] =>
  limit === null || used === null ? null : { limitBytes: limit, usedBytes: Math.max(0, used - reclaimable) };

const memoryV2 = (readText: ReadText) => async (folder: string) =>
  memoryOf(
    numberOf(await readText(`${folder}/memory.max`)),
    numberOf(await readText(`${folder}/memory.current`)),
    field(await readText(`${folder}/memory.stat`), 'inactive_file'),
  );

const memoryV1 = (readText: ReadText) => async (folder: string) =>
  memoryOf(
    numberOf(await readText(`${folder}/memory.limit_in_bytes`)),
    numberOf(await readText(`${folder}/memory.usage_in_bytes`)),
    field(await readText(`${folder}/memory.stat`), 'total_inactive_file'),
  );

const cpuV2 =
  (readText: ReadText) =>
  async (folder: string): Promise<CgroupReading['cpu']> => {
    const [quota, period] = ((await readText(`${folder}/cpu.max`)) ?? '').trim().split(' ');
    const cores = coresOf(numberOf(quota), numberOf(period));
    return cores === null ? null : { cores, usedMs: field(await readText(`${folder}/cpu.stat`), 'usage_usec') / 1_000 };
  };

const cpuV1 =
  (readText: ReadText, usageNs: number) =>
  async (folder: string): Promise<CgroupReading['cpu']> => {
    const quota = numberOf(await readText(`${folder}/cpu.cfs_quota_us`));
    const cores = coresOf(quota, numberOf(await readText(`${folder}/cpu.cfs_period_us`)));
    return cores === null ? null : { cores, usedMs: usageNs / 1_000_000 };
  };

const coresOf = (quota: number | null, period: number | null): number | null =>
  quota === null || period === null ? null : quota / period;
