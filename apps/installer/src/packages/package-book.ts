import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJsonDurably } from '@mcp-coordinator/client/agent/durable-json';
import type { Viewed, ViewPackage } from './npm-view.ts';
import { isExactVersion } from './package-argument.ts';

const REMEMBERED_MS = 300_000;
/** A registry that is away is not waited for again by each action of one preview. */
const AWAY_MS = 30_000;

/**
 * Remembers what the registry said. An exact version never changes, so its answer is kept on disk: what was previewed can be
 * applied while the registry is away. A tag or a range is asked again after five minutes.
 * `isExact` says which is which; of images none is.
 */
export function rememberingView(
  view: ViewPackage,
  folder: string,
  now: () => number,
  isExact: (wanted: string) => boolean = isExactVersion,
): ViewPackage {
  const recent = new Map<string, { until: number; viewed: Promise<Viewed> }>();
  const pathOf = (spec: string) => join(folder, `${createHash('sha256').update(spec).digest('hex')}.json`);
  const keep = async (spec: string, viewed: Viewed): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeJsonDurably(pathOf(spec), viewed);
  };
  const ask = async (name: string, wanted: string): Promise<Viewed> => {
    const kept = isExact(wanted) ? await readJson<Viewed>(pathOf(`${name}@${wanted}`)).catch(() => null) : null;
    if (kept !== null) return kept;
    const viewed = await view(name, wanted);
    if (viewed.kind === 'found' && isExact(viewed.version)) await keep(`${name}@${viewed.version}`, viewed);
    return viewed;
  };
  return async (name, wanted) => {
    const spec = `${name}@${wanted}`;
    const known = recent.get(spec);
    if (known !== undefined && now() < known.until) return known.viewed;
    const viewed = ask(name, wanted);
    recent.set(spec, { until: now() + REMEMBERED_MS, viewed });
    const answer = await viewed;
    if (answer.kind === 'away') recent.set(spec, { until: now() + AWAY_MS, viewed });
    return answer;
  };
}
