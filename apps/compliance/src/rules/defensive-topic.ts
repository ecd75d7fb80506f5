import { ATTACKING } from '../text/attack-vocabulary.ts';
import type { DefinitionText } from '../text/definition-text.ts';
import { nameWords } from '../text/name-words.ts';
import { descriptionOf, purposeWords } from '../text/tool-purpose.ts';
import { VOCABULARY } from '../text/vocabulary.ts';
import { HOSTILE_VERBS } from './hostility/aggression-signs.ts';

/** Words by which a tool says that attacks are its subject, not its work. */
const DEFENSIVE_TOPIC = new Set([
  ...'scanner detector linter auditor audit analyzer analyser guard guardrail shield advisory advisories cve cves mitre threat threats intel ioc siem compliance sast static dast hardening sanitizer sanitiser checker lookup glossary training quiz awareness policy vulnerability vulnerabilities incident incidents alerts dlp moderation honeypot decoy sinkhole canary doc docs guide feed catalog catalogue fraud score scoring screening'.split(
    ' ',
  ),
]);

/** A tool of such a name judges; it does not do. */
const RATES = new Set('score scoring scorer screening detector scanner checker classifier'.split(' '));

/** Verbs of defence that are as often something else: "patches a binary", "documents stolen". */
const AMBIGUOUS = new Set(['patch', 'patches', 'document', 'documents', 'strip', 'strips', 'filter', 'block', 'guard']);

/** Its name or first words detect, explain or prevent. */
export function isDefence(text: DefinitionText, tool: string | undefined): boolean {
  const leading = [...nameWords(tool ?? ''), ...openingWords(text, tool).slice(0, 3)];
  return leading.some((word) => VOCABULARY.DEFEND.has(word) && !ATTACKING.has(word) && !AMBIGUOUS.has(word));
}

export function isAboutAttacks(text: DefinitionText, tool: string | undefined): boolean {
  if (isDefence(text, tool)) return true;
  if (nameWords(tool ?? '').some((word) => RATES.has(word))) return true;
  if (openingWords(text, tool).some((word) => HOSTILE_VERBS.has(word))) return false;
  return [...purposeWords(text, tool)].some((word) => DEFENSIVE_TOPIC.has(word));
}

function openingWords(text: DefinitionText, tool: string | undefined): string[] {
  const description = descriptionOf(text, tool);
  const words = description === undefined ? [] : (text.clausesOf(description)[0]?.words ?? []);
  return words.slice(0, 8).map(({ word }) => word);
}
