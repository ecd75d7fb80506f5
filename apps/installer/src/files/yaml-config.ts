import type { ConfigDocument, FileFormat, ParsedConfig } from './config-document.ts';
import { parseYaml, type YamlDocument, yamlTexts } from './yaml-document.ts';
import { locateYaml, putBackYaml, removeYaml, setYaml, yamlWords } from './yaml-edit.ts';

/** A file of YAML, edited at the ranges of its nodes and never printed anew. */
export function openYaml(text: string, format: FileFormat): ParsedConfig {
  const parsed = parseYaml(text, format);
  return parsed.ok ? { ok: true, document: documentOf(parsed.document) } : parsed;
}

const documentOf = (yaml: YamlDocument): ConfigDocument => ({
  format: yaml.format,
  text: yaml.text,
  value: yaml.value,
  set: (path, value) => setYaml(yaml, path, value),
  remove: (path) => removeYaml(yaml, path),
  words: (path) => yamlWords(yaml, path),
  putBack: (path, words) => putBackYaml(yaml, path, words),
  locate: (path) => locateYaml(yaml, path),
  texts: () => yamlTexts(yaml),
});
