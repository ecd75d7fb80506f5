// Every check, cheapest first; stops at the first stage that fails and names it. A stage is an npm script of the same
// name, so that each can be run alone: npm run lint.
//
//   npm run check                       everything
//   npm run check -- --without-tests    what needs no tests
import { spawnSync } from 'node:child_process';
import { ensurePackages } from './bootstrap/install-packages.mjs';
import { BootstrapError, ROOT, runScript, tell } from './bootstrap/project.mjs';

const STATIC_STAGES = ['format:check', 'lint', 'typecheck', 'deadcode', 'lock:check'];
const TEST_STAGES = ['test:architecture', 'test'];

/** @param {string} stage */
function runStage(stage) {
  const startedAt = performance.now();
  tell(`\n== ${stage}`);
  const { status, signal } = spawnSync('npm', ['run', '--silent', stage], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0)
    throw new BootstrapError(
      `\nThe check stopped at "${stage}" (${signal ?? `code ${status}`}). Alone: npm run ${stage}`,
    );
  tell(`== ${stage}: ok, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

await runScript(async () => {
  await ensurePackages();
  const stages = process.argv.includes('--without-tests') ? STATIC_STAGES : [...STATIC_STAGES, ...TEST_STAGES];
  stages.forEach(runStage);
});
