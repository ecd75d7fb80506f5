/** Letters of other alphabets that are drawn like Latin ones: the usual disguise for a word that a filter looks for. */
const LOOK_ALIKES = new Map<string, string>(
  Object.entries({
    а: 'a',
    в: 'b',
    е: 'e',
    ё: 'e',
    з: '3',
    і: 'i',
    ї: 'i',
    ј: 'j',
    к: 'k',
    м: 'm',
    н: 'h',
    о: 'o',
    р: 'p',
    с: 'c',
    т: 't',
    у: 'y',
    х: 'x',
    ѕ: 's',
    ԁ: 'd',
    ɡ: 'g',
    һ: 'h',
    ӏ: 'l',
    ԛ: 'q',
    ԝ: 'w',
    ɑ: 'a',
    ı: 'i',
    ο: 'o',
    α: 'a',
    ε: 'e',
    ι: 'i',
    κ: 'k',
    ν: 'v',
    ρ: 'p',
    τ: 't',
    υ: 'u',
    χ: 'x',
    ϲ: 'c',
    ց: 'g',
    օ: 'o',
    ո: 'n',
    ս: 'u',
    հ: 'h',
    ꞌ: "'",
    '’': "'",
    '‘': "'",
    '“': '"',
    '”': '"',
    '„': '"',
    '«': '"',
    '»': '"',
    '「': '"',
    '」': '"',
    '–': '-',
    '—': '-',
    '‐': '-',
    '‑': '-',
    '−': '-',
    '…': '.',
  }),
);

/** Characters without a shape of their own: format characters, variation selectors, fillers. */
const INVISIBLE = /\p{Cf}|\p{Default_Ignorable_Code_Point}/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Nothing to fold: most texts are. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;

/**
 * The text as a reader's mind takes it: compatibility forms folded (NFKC), invisible characters gone, look-alike letters
 * made Latin inside words that hold Latin letters, lower case. Line breaks stay, since they end a clause.
 */
export function normaliseText(raw: string): string {
  if (PLAIN.test(raw)) return raw.toLowerCase();
  // A single character may unfold to eighteen; a text that is made of them is cut.
  const room = raw.length * 2 + 64;
  const lower = raw.normalize('NFKC').slice(0, room).replace(INVISIBLE, '').replace(CONTROLS, ' ').toLowerCase();
  return lower.replace(/\S+/g, foldWord);
}

/** A word wholly in another script is that language, not a disguise; only a mixture is folded. */
function foldWord(word: string): string {
  const hasLatin = /[a-z]/.test(word);
  let folded = '';
  for (const character of word) {
    const like = LOOK_ALIKES.get(character);
    folded += like === undefined || (!hasLatin && /\p{L}/u.test(character)) ? character : like;
  }
  return folded;
}

/** The skeleton two names share when people would take one for the other. */
export function nameSkeleton(name: string): string {
  const known = skeletons.get(name);
  if (known !== undefined) return known;
  const skeleton = drawSkeleton(name);
  if (skeletons.size >= SKELETONS_MAX) skeletons.clear();
  if (name.length <= 100) skeletons.set(name, skeleton);
  return skeleton;
}

/** Names are compared with many others: the last few thousand are drawn once. */
const skeletons = new Map<string, string>();
const SKELETONS_MAX = 4096;

function drawSkeleton(name: string): string {
  let skeleton = PLAIN.test(name) ? name.toLowerCase() : '';
  if (skeleton === '')
    for (const character of name.normalize('NFKC').replace(INVISIBLE, '').toLowerCase()) {
      skeleton += LOOK_ALIKES.get(character) ?? character;
    }
  return skeleton
    .replace(/[\s_.-]+/g, '-')
    .replace(/0/g, 'o')
    .replace(/[1|]/g, 'l')
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w');
}
