// Runs the tests from a fresh clone as well as from a working one; arguments go to vitest (`npm test -- --project unit`).
// Like start.mjs, it runs before anything is installed.
import { join } from 'node:path';
import { ensurePackages } from './bootstrap/install-packages.mjs';
import { ROOT, runScript } from './bootstrap/project.mjs';
import { becomeNode } from './bootstrap/run-program.mjs';
import { ensurePrograms, programsNeeded } from './bootstrap/test-programs.mjs';

await runScript(async () => {
  const args = process.argv.slice(2);
  await ensurePackages();
  ensurePrograms(programsNeeded(args));
  const plain = !process.stdout.isTTY && process.env.FORCE_COLOR === undefined;
  await becomeNode(
    [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args],
    plain ? { NO_COLOR: '1' } : {},
  );
});
