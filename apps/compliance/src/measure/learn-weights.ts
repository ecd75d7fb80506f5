// Entry of `npm run learn -w apps/compliance -- DIR…`: learns the weights of words and parts from labelled cases, finds by
// cross-validation the score from which on honest tools are hardly ever met, and writes both to src/learnt/weights.json.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { featuresOf, scoreOf } from '../learnt/tool-features.ts';
import { serversOf } from '../scan/read-scan-file.ts';
import { scannedSnapshot } from '../scan/scanned-server.ts';
import { readDefinitions } from '../text/definition-text.ts';
import { seededRandom } from './mutate-document.ts';

const [EPOCHS, RATE, DECAY, PENALTY, FOLDS] = [25, 0.15, 0.1, 0.003, 5];
/** A feature of one tool only says nothing of others. */
const TOOLS_MIN = 2;
/** Weights below this are left out of the file. */
const WEIGHT_MIN = 0.04;
/** Of honest tools that the weights were not learnt from, so many may reach the threshold. */
const FALSE_SHARE = 0.003;

interface Example {
  readonly name: string;
  readonly hostile: boolean;
  readonly features: readonly string[];
}

async function examplesOf(folder: string): Promise<Example[]> {
  const examples: Example[] = [];
  for (const label of ['malicious', 'benign']) {
    const files = await readdir(join(folder, label)).catch(() => []);
    for (const file of files.sort()) {
      const path = join(folder, label, file);
      const servers = serversOf(JSON.parse(await readFile(path, 'utf8')), path) ?? [];
      const tools = servers.flatMap((scanned) => {
        const server = scannedSnapshot(scanned);
        if (server.definitions.status !== 'captured') return [];
        const text = readDefinitions(server.definitions);
        return server.definitions.tools.map(({ name }) => [
          ...featuresOf(
            text,
            text.leaves.filter((leaf) => leaf.tool === name),
          ).keys(),
        ]);
      });
      // Which of several tools is the hostile one is not said.
      if (label === 'malicious' && tools.length !== 1) continue;
      for (const features of tools) examples.push({ name: basename(file), hostile: label === 'malicious', features });
    }
  }
  return examples;
}

/** Logistic regression by stochastic descent, the same for the same examples in the same order. */
function learn(examples: readonly Example[]): Map<string, number> {
  const seen = new Map<string, number>();
  for (const { features } of examples) for (const one of features) seen.set(one, (seen.get(one) ?? 0) + 1);
  const rows = examples.map(({ hostile, features }) => ({
    hostile: hostile ? 1 : 0,
    features: features.filter((one) => (seen.get(one) ?? 0) >= TOOLS_MIN),
  }));
  const weights = new Map<string, number>();
  const random = seededRandom(11);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const row of shuffled(rows, random)) descend(weights, row, RATE / (1 + epoch * DECAY));
  }
  return weights;
}

function descend(
  weights: Map<string, number>,
  { hostile, features }: { readonly hostile: number; readonly features: readonly string[] },
  rate: number,
): void {
  const norm = 1 / Math.sqrt(features.length || 1);
  const sum = features.reduce((total, one) => total + (weights.get(one) ?? 0) * norm, 0);
  const step = (1 / (1 + Math.exp(-sum)) - hostile) * rate;
  for (const one of features) {
    const weight = weights.get(one) ?? 0;
    weights.set(one, weight - step * norm - PENALTY * RATE * weight);
  }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const list = [...items];
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other] as Item, list[at] as Item];
  }
  return list;
}

/** Scores of examples by weights that were learnt without them. Tools of one case stay together. */
function crossValidated(examples: readonly Example[]): { hostile: boolean; score: number }[] {
  const foldOf = ({ name }: Example): number =>
    Array.from(name).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % FOLDS;
  return Array.from({ length: FOLDS }, (_, fold) => fold).flatMap((fold) => {
    const weights = learn(examples.filter((one) => foldOf(one) !== fold));
    return examples
      .filter((one) => foldOf(one) === fold)
      .map(({ hostile, features }) => ({ hostile, score: scoreOf(features, (one) => weights.get(one)) }));
  });
}

const folders = process.argv.slice(2);
const examples = (await Promise.all(folders.map(examplesOf))).flat();
const scores = crossValidated(examples);
const honest = scores.filter(({ hostile }) => !hostile).map(({ score }) => score);
const sorted = honest.sort((a, b) => b - a);
const threshold = Math.ceil((sorted[Math.floor(sorted.length * FALSE_SHARE)] ?? 0) * 100 + 1) / 100;
const hostile = scores.filter((one) => one.hostile);
const caught = hostile.filter(({ score }) => score >= threshold).length;
const rounded = [...learn(examples)]
  .filter(([, weight]) => Math.abs(weight) >= WEIGHT_MIN)
  .map(([feature, weight]): [string, number] => [feature, Math.round(weight * 100) / 100])
  .sort(([a], [b]) => (a < b ? -1 : 1));
const file = fileURLToPath(new URL('../learnt/weights.json', import.meta.url));
const learntFrom = folders.map((folder) => basename(folder));
const weights = Object.fromEntries(rounded);
const written = JSON.stringify({ learntFrom: [], tools: examples.length, threshold, weights }, null, 2);
// Short lists stand on one line, as the formatter wants them.
await writeFile(file, `${written.replace('[]', `[${learntFrom.map((name) => JSON.stringify(name)).join(', ')}]`)}\n`);
process.stdout.write(
  `${examples.length} tools, ${rounded.length} weights, threshold ${threshold}; by weights learnt without them ${caught} of ${hostile.length} hostile tools reach it\n`,
);
