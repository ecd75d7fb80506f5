/** A text as it reads once a playful spelling is undone. */
export interface Respelled {
  readonly how: string;
  readonly text: string;
}

const LEET: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' };
const COMMON =
  /\b(?:the|all|and|your|you|not|previous|user|users|this|that|with|instructions?|of|send|read|to|file|files|keys?|passwords?|tokens?|secrets?|system|prompt|rules|ignore)\b/gi;
const CHARS_MAX = 20_000;

/** Readings of a text that is spelled so that filters stumble over it: digits for letters, spaced letters, ROT13, reversed. */
export function respellings(raw: string): Respelled[] {
  const text = raw.slice(0, CHARS_MAX);
  return [leet(text), spaced(text), shifted(text), reversed(text)].filter((one) => one !== undefined);
}

/** `1gn0re prev1ous`: at least two words that mix letters with such digits. */
function leet(text: string): Respelled | undefined {
  const mixed = text.match(/(?<![\w-])[a-z]*(?:[a-z][013457@$]|[013457@$][a-z])[a-z013457@$]*(?![\w-])/gi) ?? [];
  if (mixed.length < 2) return undefined;
  return { how: 'digits for letters', text: text.replace(/[013457@$]/g, (sign) => LEET[sign] ?? sign) };
}

/** `i g n o r e   a l l`: runs of single letters, wider gaps between the words. */
function spaced(text: string): Respelled | undefined {
  let found = false;
  const closed = text
    // `i-g-n-o-r-e a-l-l`: marks inside the words, blanks between them.
    .replace(/(?<![\w.·_*-])\p{L}(?:[.·_*-]\p{L}){2,}(?![\w·_*-])/gu, (word) => {
      found = true;
      return word.replace(/[.·_*-]/g, '');
    })
    .replace(/(?:\b\p{L}(?:[ .·_*-])){4,}\p{L}\b(?:[ .·_*-]+(?:\p{L}[ .·_*-]){1,}\p{L}\b)*/gu, (run) => {
      found = true;
      return run
        .split(/[ .·_*-]{2,}/)
        .map((word) => word.replace(/[ .·_*-]/g, ''))
        .join(' ');
    });
  return found ? { how: 'spaced letters', text: closed } : undefined;
}

function shifted(text: string): Respelled | undefined {
  const turned = text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
  return wins(turned, text) ? { how: 'ROT13', text: turned } : undefined;
}

function reversed(text: string): Respelled | undefined {
  const turned = Array.from(text).toReversed().join('');
  return wins(turned, text) ? { how: 'reversed', text: turned } : undefined;
}

/** The reading holds common words that the writing does not: no English text does so by chance. */
const wins = (reading: string, writing: string): boolean =>
  (reading.match(COMMON)?.length ?? 0) >= 3 &&
  (reading.match(COMMON)?.length ?? 0) > 2 * (writing.match(COMMON)?.length ?? 0);
