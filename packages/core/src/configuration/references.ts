/**
 * Placeholders that stand for a value kept elsewhere: `${VAR}`, `${env:X}`, `{env:X}`, `{file:…}`, `${input:id}`,
 * `${{ secrets.X }}`, `$VAR`, `%VAR%`, `op://…`. They are what a configuration should hold, so they are never secrets themselves.
 */
const REFERENCE =
  /\$\{[^{}\n]{1,256}\}|\$\{\{[^{}\n]{1,256}\}\}|\{(?:env|file):[^{}\n]{1,256}\}|%[A-Za-z_]\w{0,127}%|\$[A-Za-z_]\w{0,127}/y;
/** What may stand before a reference in a header: `Bearer ${TOKEN}`. */
const SCHEME = /^(?:Bearer|Basic|Token|ApiKey) {1,4}/i;
const VAULT = /^(?:op|vault|keyring|secret-store):\/\/[^\s]{1,512}$/;

/** True when `text` is made of references alone, after an optional authentication scheme. */
export function isReference(text: string): boolean {
  const rest = text.trim().replace(SCHEME, '');
  if (rest === '') return false;
  if (VAULT.test(rest) || rest === 'secret-store') return true;
  let at = 0;
  while (at < rest.length) {
    REFERENCE.lastIndex = at;
    const found = REFERENCE.exec(rest);
    // A default of its own (`${TOKEN:-abc}`) is a literal that hides in a reference.
    if (found === null || found[0].includes(':-')) return false;
    at = REFERENCE.lastIndex;
  }
  return true;
}

/** True where a reference begins at this place of a text. */
export function referenceBegins(text: string, at: number): boolean {
  REFERENCE.lastIndex = at;
  return REFERENCE.test(text);
}

/** One reference found in a text, with the variable it names, or null for a kind that no environment can resolve. */
export interface FoundReference {
  readonly text: string;
  readonly variable: string | null;
  readonly fallback: string | null;
}

const ANY =
  /\$\{([^{}\n]{1,256})\}|\{env:([^{}\n]{1,256})\}|\$\{\{ {0,8}(?:secrets|inputs)\.([^{}\n ]{1,256}) {0,8}\}\}/g;
const PLAIN_NAME = /^[A-Za-z_]\w*$/;

/** Replaces every `${…}`, `{env:…}` and `${{ secrets.… }}` by what `resolve` answers for it. */
export function replaceReferences(text: string, resolve: (reference: FoundReference) => string): string {
  return text.replace(ANY, (whole: string, braced?: string, kilo?: string, secret?: string) => {
    const named = kilo ?? secret;
    if (named !== undefined) return resolve({ text: whole, variable: named, fallback: null });
    const inner = (braced ?? '').replace(/^env:/, '');
    const split = inner.indexOf(':-');
    const name = split < 0 ? inner : inner.slice(0, split);
    const fallback = split < 0 ? null : inner.slice(split + 2);
    return resolve({ text: whole, variable: PLAIN_NAME.test(name) ? name : null, fallback });
  });
}
