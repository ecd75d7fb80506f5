const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const ANY_ADDRESS = ['0.0.0.0', '::'];

/** The names this server goes by: those of the machine itself, and the address it was told to listen on. */
const namesOf = (host: string): string[] =>
  ANY_ADDRESS.includes(host) ? LOOPBACK : [...LOOPBACK, host.includes(':') ? `[${host}]` : host];

const hostnameOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).hostname : null);

/** Whether the `Host` header names this server; a page whose name was made to point here names another. */
export function acceptsHost(header: string | undefined, host: string): boolean {
  const name = header === undefined ? null : hostnameOf(`http://${header}`);
  return name !== null && namesOf(host).includes(name);
}

/** Whether the `Origin` header, where a browser sent one, is a page of this server. */
export function acceptsOrigin(header: string | undefined, host: string): boolean {
  if (header === undefined) return true;
  const name = hostnameOf(header);
  return name !== null && namesOf(host).includes(name);
}
