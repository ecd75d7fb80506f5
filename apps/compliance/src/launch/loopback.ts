/** True for an address that does not leave the machine: `localhost`, 127.0.0.0/8, `::1`. */
export function isLoopback(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    /^127(?:\.\d{1,3}){3}$/.test(host) ||
    /^(?:0{0,4}:){2,7}0{0,3}1$/.test(host) ||
    /^::ffff:127\./.test(host) ||
    host === '::ffff:7f00:1'
  );
}

/** The URL in a text, or undefined; never throws. Masks (`••••`) and references inside do not matter. */
export const parseUrl = (text: string): URL | undefined => URL.parse(text.trim()) ?? undefined;
