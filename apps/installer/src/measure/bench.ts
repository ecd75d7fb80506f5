import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endAllFamilies } from '@mcp-coordinator/client/agent/process-family';
import { median } from './bench-place.ts';
import { measureChange, measureDiscovery } from './measure-files.ts';
import { measureStarts } from './measure-starts.ts';
import { pageOf } from './performance-page.ts';

/** How many times faster the machine's own store must be than npx, warm, from the approved plan to the listed tools. */
const FLOOR = 2.5;
const PAGE = fileURLToPath(new URL('../../../../docs/performance-installer.md', import.meta.url));

process.on('exit', endAllFamilies);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
/** What else the machine was doing. */
const load = (loadavg()[0] ?? 0).toFixed(1);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
// npm starts from an empty cache, so that a first time is one.
const environment = { ...process.env, npm_config_cache: join(folder, 'npm-cache') };
const bench = { folder, environment, node: process.execPath };
try {
  const figures = [...(await measureDiscovery(bench)), ...(await measureChange(bench))];
  for (const { what, value, unit } of figures) say(`${what}: ${value.toFixed(0)} ${unit}`);
  const starts = await measureStarts(bench, say);
  const faster = median(starts.map(({ managed, npx }) => npx / managed));
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, at a load of ${load}`;
  writeFileSync(PAGE, pageOf({ machine, figures, starts, faster, floor: FLOOR }));
  say(`managed is ${faster.toFixed(2)} times faster than npx (at least ${FLOOR} is asked for)`);
  process.exitCode = faster >= FLOOR ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
