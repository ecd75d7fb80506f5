const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Against DNS rebinding: only the public URL's own host, or loopback under whatever port (CONTRACT §1). */
export function hostAllowed(host: string | undefined, publicUrl: URL): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return host.toLowerCase() === publicUrl.host || name === publicUrl.hostname || LOOPBACK.test(name);
}

/** Same origin as the page we serve: the Origin's host must be the one the request was sent to. */
export function originAllowed(origin: string | undefined, host: string | undefined, publicUrl: URL): boolean {
  if (origin === undefined || origin === 'null') return false;
  try {
    const { host: from } = new URL(origin);
    return from === publicUrl.host || (from === host?.toLowerCase() && hostAllowed(host, publicUrl));
  } catch {
    return false;
  }
}
