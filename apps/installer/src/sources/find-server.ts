import { type ServerJson, serverJsonSchema } from './server-json.ts';

/** `missing`: the registry says that there is no such server. `away`: it could not be asked, or is not understood. */
export type FoundServerJson =
  | { readonly kind: 'found'; readonly server: ServerJson }
  | { readonly kind: 'missing' }
  | { readonly kind: 'away'; readonly reason: string };

/** Asks a registry for a server at a version, or `latest`. A port: tests answer from memory. */
export type FindServer = (name: string, version: string) => Promise<FoundServerJson>;

const ASK_MS_MAX = 10_000;
const ANSWER_BYTES_MAX = 1024 * 1024;

/** The registry API v0.1, as the official registry and its mirrors have it. */
export const registryAt =
  (baseUrl: string, get: typeof fetch = fetch): FindServer =>
  async (name, version) => {
    const path = `v0.1/servers/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;
    try {
      const response = await get(new URL(path, baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`), {
        headers: { accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(ASK_MS_MAX),
      });
      if (response.status === 404) return { kind: 'missing' };
      if (!response.ok) return { kind: 'away', reason: `the registry answered ${response.status}` };
      return understood(await response.text(), name);
    } catch {
      return { kind: 'away', reason: 'the registry could not be asked' };
    }
  };

function understood(text: string, name: string): FoundServerJson {
  if (text.length > ANSWER_BYTES_MAX) return { kind: 'away', reason: 'the answer of the registry is too large' };
  const answer = JSON.parse(text) as { server?: unknown } | null;
  const parsed = serverJsonSchema.safeParse(answer?.server);
  if (!parsed.success) return { kind: 'away', reason: 'the answer of the registry is not understood' };
  // What was asked for is what is installed.
  return parsed.data.name === name
    ? { kind: 'found', server: parsed.data }
    : { kind: 'away', reason: 'the registry answered with another server' };
}
