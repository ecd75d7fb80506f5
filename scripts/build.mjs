// Builds what is not run from sources: the dashboard, and under dist/ the workspace once more as JavaScript, for images
// and packed packages (Node strips no types under node_modules). dist/ is a workspace of its own:
//   cd dist && npm ci --omit=dev && node apps/coordinator/src/main.js serve
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildDashboard } from './bootstrap/build-dashboard.mjs';
import { ensurePackages } from './bootstrap/install-packages.mjs';
import { alone, BootstrapError, ROOT, runScript } from './bootstrap/project.mjs';
import { describeEnding, NODE, runProgram } from './bootstrap/run-program.mjs';

const OUT = join(ROOT, 'dist');
/** The compiler writes these itself, or they are of no use to a running program. */
const NOT_COPIED = /^(node_modules|\.cache|testing|tsconfig.*\.json)$|\.(ts|tsx|tsbuildinfo)$/;

/** @returns {string[]} every workspace's folder, from the root */
function workspaces() {
  return ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(ROOT, parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(join(ROOT, folder, 'package.json'))),
  );
}

async function compile() {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const ending = await runProgram(NODE, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
  if (ending.code !== 0) {
    throw new BootstrapError(`Nothing was built: tsc ended with ${describeEnding(ending)}; its findings are above.`);
  }
}

/** @param {string} file */
function pointToJavaScript(file) {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(src\/[\w*./-]+)\.ts\b/g, '$1.js'));
}

/**
 * Copies what is no TypeScript, and lets the manifest and the bin shims name the compiled files.
 * @param {string} folder
 */
function copyRest(folder) {
  const isDashboard = folder === 'apps/dashboard';
  const wanted = isDashboard ? ['package.json', 'dist'] : readdirSync(join(ROOT, folder));
  for (const name of wanted.filter((entry) => !NOT_COPIED.test(entry))) {
    cpSync(join(ROOT, folder, name), join(OUT, folder, name), {
      recursive: true,
      filter: (source) => !NOT_COPIED.test(basename(source)),
    });
  }
  pointToJavaScript(join(OUT, folder, 'package.json'));
  const bin = join(OUT, folder, 'bin');
  if (existsSync(bin)) for (const name of readdirSync(bin)) pointToJavaScript(join(bin, name));
}

function writeRoot() {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const scripts = { start: 'exec node apps/coordinator/src/main.js serve' };
  writeFileSync(join(OUT, 'package.json'), `${JSON.stringify({ ...manifest, scripts }, null, 2)}\n`);
  cpSync(join(ROOT, 'package-lock.json'), join(OUT, 'package-lock.json'));
}

await runScript(async () => {
  await ensurePackages();
  await alone(async () => {
    rmSync(OUT, { recursive: true, force: true });
    await buildDashboard();
    await compile();
    workspaces().forEach(copyRest);
    writeRoot();
  });
});
