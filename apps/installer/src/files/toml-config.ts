import { type ConfigDocument, type ParsedConfig, TOML } from './config-document.ts';
import { parseToml, type TomlDocument, tomlTexts } from './toml-document.ts';
import { putBackToml, removeToml, setToml, tomlWords } from './toml-edit.ts';

/** A file of TOML, edited by its tables. */
export function openToml(text: string): ParsedConfig {
  const parsed = parseToml(text);
  return parsed.ok ? { ok: true, document: documentOf(parsed.document) } : parsed;
}

const documentOf = (toml: TomlDocument): ConfigDocument => ({
  format: TOML,
  text: toml.text,
  value: toml.value,
  set: (path, value) => setToml(toml, path, value),
  remove: (path) => removeToml(toml, path),
  words: (path) => tomlWords(toml, path),
  putBack: (path, words) => putBackToml(toml, path, words),
  locate: (path) => path,
  texts: () => tomlTexts(toml),
});
