import type { FileFormat, ParsedConfig } from './config-document.ts';
import { openJsonc } from './jsonc-config.ts';
import { openToml } from './toml-config.ts';
import { openYaml } from './yaml-config.ts';

/** Parses a configuration file, and refuses what an edit could not keep. */
export function parseConfig(text: string, format: FileFormat): ParsedConfig {
  switch (format.syntax) {
    case 'jsonc':
      return openJsonc(text);
    case 'toml':
      return openToml(text);
    case 'yaml':
      return openYaml(text, format);
  }
}
