import type { Viewed, ViewPackage } from './npm-view.ts';

const ASK_MS_MAX = 8000;

interface PypiAnswer {
  readonly info?: { readonly version?: unknown };
  readonly urls?: readonly { readonly packagetype?: unknown; readonly digests?: { readonly sha256?: unknown } }[];
}

/** Asks PyPI's JSON API, or a mirror that has it. A range is not resolved: only an exact version, or the latest. */
export const pypiView =
  (baseUrl: string, get: typeof fetch = fetch): ViewPackage =>
  async (name, wanted) => {
    const version = wanted === '' || wanted === 'latest' ? '' : `${encodeURIComponent(wanted)}/`;
    try {
      const response = await get(new URL(`pypi/${encodeURIComponent(name)}/${version}json`, baseUrl), {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(ASK_MS_MAX),
      });
      if (response.status === 404) return { kind: 'missing' };
      if (!response.ok) return { kind: 'away', reason: `PyPI answered ${response.status}` };
      return read((await response.json()) as PypiAnswer);
    } catch {
      return { kind: 'away', reason: 'PyPI could not be asked' };
    }
  };

/** The wheel is what is run; of several, for several platforms, none speaks for the others. */
function read({ info, urls = [] }: PypiAnswer): Viewed {
  if (typeof info?.version !== 'string') return { kind: 'away', reason: 'the answer of PyPI is not understood' };
  const wheels = urls.filter(({ packagetype }) => packagetype === 'bdist_wheel');
  const sha256 = wheels.length === 1 ? wheels[0]?.digests?.sha256 : undefined;
  return { kind: 'found', version: info.version, integrity: typeof sha256 === 'string' ? `sha256:${sha256}` : null };
}
