import type { Viewed, ViewPackage } from './npm-view.ts';

const ASK_MS_MAX = 8000;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const INDEXES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

interface ImageRegistry {
  readonly api: string;
  /** Where anyone gets a token to read public images, up to the image's name; null where none is needed. */
  readonly token: string | null;
}

/** Public registries. No other is asked: a name in a proposal must not lead this machine to a host of the proposer's choice. */
const REGISTRIES: Readonly<Record<string, ImageRegistry>> = {
  'docker.io': {
    api: 'https://registry-1.docker.io',
    token: 'https://auth.docker.io/token?service=registry.docker.io&scope=repository:',
  },
  'ghcr.io': { api: 'https://ghcr.io', token: 'https://ghcr.io/token?service=ghcr.io&scope=repository:' },
  'quay.io': { api: 'https://quay.io', token: 'https://quay.io/v2/auth?service=quay.io&scope=repository:' },
  'gcr.io': { api: 'https://gcr.io', token: 'https://gcr.io/v2/token?service=gcr.io&scope=repository:' },
  'public.ecr.aws': {
    api: 'https://public.ecr.aws',
    token: 'https://public.ecr.aws/token/?service=public.ecr.aws&scope=repository:',
  },
  'registry.gitlab.com': {
    api: 'https://registry.gitlab.com',
    token: 'https://gitlab.com/jwt/auth?service=container_registry&scope=repository:',
  },
  'mcr.microsoft.com': { api: 'https://mcr.microsoft.com', token: null },
};

/** The registry's name and the image's name there, as container programs read a name: the first part is a host where it looks like one. */
function placeOf(name: string): { host: string; path: string } {
  const [first = '', ...rest] = name.split('/');
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const host = isHost ? first : 'docker.io';
  const path = isHost ? rest.join('/') : name;
  return { host, path: host === 'docker.io' && !path.includes('/') ? `library/${path}` : path };
}

/** Asks a public registry (OCI Distribution API) which digest a tag stands for now. Fetches no image. */
export const imageView =
  (get: typeof fetch = fetch): ViewPackage =>
  async (name, wanted) => {
    const { host, path } = placeOf(name);
    const registry = Object.hasOwn(REGISTRIES, host) ? REGISTRIES[host] : undefined;
    if (registry === undefined) return { kind: 'away', reason: `the registry ${host} is not asked` };
    const tag = wanted === '' ? 'latest' : wanted;
    try {
      const token = registry.token === null ? null : await tokenFor(`${registry.token}${path}:pull`, get);
      const response = await get(`${registry.api}/v2/${path}/manifests/${tag}`, {
        method: 'HEAD',
        headers: { accept: INDEXES, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
        redirect: 'error',
        signal: AbortSignal.timeout(ASK_MS_MAX),
      });
      return understood(response, host, tag);
    } catch {
      return { kind: 'away', reason: `the registry ${host} could not be asked` };
    }
  };

async function tokenFor(url: string, get: typeof fetch): Promise<string | null> {
  const response = await get(url, { redirect: 'error', signal: AbortSignal.timeout(ASK_MS_MAX) });
  const { token } = response.ok ? ((await response.json()) as { token?: unknown }) : {};
  return typeof token === 'string' ? token : null;
}

function understood(response: Response, host: string, tag: string): Viewed {
  if (response.status === 404) return { kind: 'missing' };
  if ([401, 403].includes(response.status))
    return { kind: 'away', reason: `${host} shows this image to nobody without an account, or has none of that name` };
  if (!response.ok) return { kind: 'away', reason: `the registry ${host} answered ${response.status}` };
  const digest = response.headers.get('docker-content-digest') ?? '';
  return DIGEST.test(digest)
    ? { kind: 'found', version: tag, integrity: digest }
    : { kind: 'away', reason: `the answer of ${host} is not understood` };
}
