/** The first 12 hex digits of a SHA-256, as people compare them; the whole of it in the title. */
const shortDigest = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 12);

export function Digest({ value }: { value: string }) {
  return <code title={value}>{shortDigest(value)}</code>;
}
