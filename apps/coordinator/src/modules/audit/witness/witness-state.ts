import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hex, sha256, unhex } from '../merkle-bytes.ts';

const headSchema = z.object({ origin: z.string(), size: z.int().min(0), root: z.string().regex(/^[0-9a-f]{64}$/) });

/** What a witness has seen last of each log: a file a log, replaced as a whole and on the disk before it answers. */
export function createWitnessState(folder: string) {
  const pathOf = (origin: string): string => join(folder, `${hex(sha256(Buffer.from(origin)))}.json`);
  return {
    read: async (origin: string): Promise<{ size: number; root: Uint8Array } | undefined> => {
      let text: string;
      try {
        text = await readFile(pathOf(origin), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
      const { size, root } = headSchema.parse(JSON.parse(text));
      return { size, root: unhex(root) };
    },
    write: async (origin: string, size: number, root: Uint8Array): Promise<void> => {
      const path = pathOf(origin);
      const draft = await open(`${path}.draft`, 'w', 0o600);
      await draft.writeFile(JSON.stringify({ origin, size, root: hex(root) }));
      await draft.sync();
      await draft.close();
      await rename(`${path}.draft`, path);
      const place = await open(folder, 'r');
      await place.sync();
      await place.close();
    },
  };
}
export type WitnessState = ReturnType<typeof createWitnessState>;
