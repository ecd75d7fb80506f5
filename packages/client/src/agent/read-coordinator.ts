export interface CoordinatorAddress {
  readonly url: string;
  readonly apiKey: string;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Where an agent dials, from `COORDINATOR_URL` and `COORDINATOR_API_KEY`: null when it works alone, or a sentence that names the
 * variable that is wrong. Beyond this machine it must be https, since the key goes with the call.
 */
export function readCoordinator(
  environment: Readonly<Record<string, string | undefined>>,
  keyIsFor: string,
): { readonly coordinator: CoordinatorAddress | null } | { readonly problem: string } {
  const url = environment['COORDINATOR_URL'] || undefined;
  const apiKey = environment['COORDINATOR_API_KEY'] || undefined;
  if (url === undefined && apiKey === undefined) return { coordinator: null };
  if (url === undefined || !/^https?:\/\//.test(url) || !URL.canParse(url))
    return { problem: 'COORDINATOR_URL must be an http or https URL' };
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !LOOPBACK.test(hostname))
    return {
      problem: 'COORDINATOR_URL must be https:// beyond this machine: the API key would go over the network in clear',
    };
  if (apiKey === undefined)
    return { problem: `COORDINATOR_API_KEY is needed with COORDINATOR_URL: an API key ${keyIsFor}` };
  return { coordinator: { url, apiKey } };
}
