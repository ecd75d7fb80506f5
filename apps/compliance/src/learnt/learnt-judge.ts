import { isDefence } from '../rules/defensive-topic.ts';
import type { Hit } from '../rules/rule.ts';
import type { SchemeRule } from '../rules/schemes/schemes.ts';
import type { DefinitionText, TextLeaf } from '../text/definition-text.ts';
import { descriptionOf } from '../text/tool-purpose.ts';
import { type Features, featuresOf, scoreOf } from './tool-features.ts';
import learnt from './weights.json' with { type: 'json' };

/** The rules that the learnt judgement speaks for. */
export type LearntRule = SchemeRule | 'TDF-11';

const WEIGHTS: ReadonlyMap<string, number> = new Map(Object.entries(learnt.weights));
/** A server with more tools than these is a finding by itself; the rules read on. */
const TOOLS_MAX = 5000;
/** How many of the words that weigh most are told. */
const REASONS = 6;

interface LearntHit {
  readonly rule: LearntRule;
  readonly hit: Hit;
}
const cache = new WeakMap<DefinitionText, readonly LearntHit[]>();

/** What a tool's words have in common with known attacks, as findings of the rule it comes nearest to. */
export function learntHits(text: DefinitionText, rule: LearntRule): Hit[] {
  let known = cache.get(text);
  if (known === undefined) {
    known = [...leavesByTool(text)]
      .slice(0, TOOLS_MAX)
      .flatMap(([tool, leaves]) => judgeTool(text, tool, leaves) ?? []);
    cache.set(text, known);
  }
  return known.filter((one) => one.rule === rule).map(({ hit }) => hit);
}

function leavesByTool(text: DefinitionText): Map<string, TextLeaf[]> {
  const tools = new Map<string, TextLeaf[]>();
  for (const leaf of text.leaves) {
    if (leaf.tool === undefined) continue;
    const known = tools.get(leaf.tool);
    if (known === undefined) tools.set(leaf.tool, [leaf]);
    else known.push(leaf);
  }
  return tools;
}

function judgeTool(text: DefinitionText, tool: string, leaves: readonly TextLeaf[]): LearntHit | undefined {
  // Who explains attacks or finds them speaks as they do.
  if (isDefence(text, tool)) return undefined;
  const features = featuresOf(text, leaves);
  const score = scoreOf(features.keys(), (feature) => WEIGHTS.get(feature));
  if (score < learnt.threshold) return undefined;
  const evidence = `reads like known attacks (${score.toFixed(2)}, from ${learnt.threshold} on): ${reasonsOf(features).join(', ')} – in: ${(descriptionOf(text, tool)?.raw ?? '').slice(0, 300)}`;
  return { rule: ruleOf(features), hit: { location: { tool, field: 'description' }, evidence, severity: 'high' } };
}

function reasonsOf(features: Features): string[] {
  const weighed = [...features].map(([feature, words]) => ({ words, weight: WEIGHTS.get(feature) ?? 0 }));
  const heaviest = weighed.sort((a, b) => b.weight - a.weight).filter(({ weight }) => weight > 0);
  return [...new Set(heaviest.map(({ words }) => words))].slice(0, REASONS);
}

/** The part of an order that weighs most tells which rule it is about. */
const RULE_OF_PART: readonly (readonly [string, LearntRule])[] = [
  ['later part owned', 'TDF-07'],
  ['later part secret', 'TDF-07'],
  ['later part talk', 'TDF-10'],
  ['later part prompt', 'TDF-10'],
  ['later part otherTool', 'XSV-02'],
  ['later part unseen', 'TDF-04'],
  ['later part away', 'TDF-08'],
  ['later part assentOff', 'TDF-03'],
  ['later part agent', 'TDF-03'],
  ['later part due', 'TDF-03'],
];
const ruleOf = (features: Features): LearntRule =>
  RULE_OF_PART.find(([feature]) => features.has(feature) && (WEIGHTS.get(feature) ?? 0) > 0)?.[1] ?? 'TDF-11';
