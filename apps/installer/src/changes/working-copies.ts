import type { Refusal } from '@mcp-coordinator/contract/refusals';
import { accept, type Result } from '@mcp-coordinator/core/result';
import type { ConfigFile } from '../clients/client-files.ts';
import type { Roots } from '../files/roots.ts';
import { type OpenedConfig, openConfig, parsed } from '../inventory/open-config.ts';

/** Files as they would stand after the actions simulated so far. Nothing is written. */
export class WorkingCopies {
  readonly #roots: Roots;
  readonly #texts = new Map<string, string>();

  constructor(roots: Roots) {
    this.#roots = roots;
  }

  async open(file: ConfigFile): Promise<Result<OpenedConfig, Refusal<'action_refused'>>> {
    const opened = await openConfig(file, this.#roots);
    if (!opened.ok) return opened;
    const text = this.#texts.get(opened.value.at.realPath);
    if (text === undefined) return opened;
    const bytes = Buffer.from(text);
    const { mode = 0o600, uid = 0, gid = 0 } = opened.value.bytes ?? {};
    return accept({ ...opened.value, bytes: { bytes, mode, uid, gid }, ...parsed(bytes, file.format) });
  }

  put(realPath: string, text: string): void {
    this.#texts.set(realPath, text);
  }
}
