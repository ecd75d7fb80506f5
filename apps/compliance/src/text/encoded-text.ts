/** A piece of text that stands in another form, and what it reads. */
export interface DecodedPiece {
  readonly encoded: string;
  readonly decoded: string;
  readonly how: string;
}

/** Pieces tried in one text, and characters of each: a text of nothing but base64 costs no more than a long one. */
const PIECES_MAX = 200;
const PIECE_CHARS_MAX = 16_384;
const LAYERS_MAX = 3;

const FORMS: readonly { readonly how: string; readonly pattern: RegExp; readonly decode: (piece: string) => string }[] =
  [
    {
      how: 'base64',
      pattern: /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}/g,
      decode: (piece) => narrowed(Buffer.from(piece, 'base64').toString('latin1')),
    },
    {
      how: 'hex',
      pattern: /(?<![A-Za-z0-9])(?:0x)?(?:[0-9a-fA-F]{2}){8,}(?![A-Za-z0-9])/g,
      decode: (piece) => Buffer.from(piece.replace(/^0x/, ''), 'hex').toString('latin1'),
    },
    {
      how: 'hex',
      pattern: /(?:[0-9a-fA-F]{2}[ :,]){10,}[0-9a-fA-F]{2}/g,
      decode: (piece) => Buffer.from(piece.replace(/[ :,]/g, ''), 'hex').toString('latin1'),
    },
    {
      how: 'escapes',
      pattern: /(?:\\x[0-9a-fA-F]{2}|\\u00[0-9a-fA-F]{2}|\\[0-3][0-7]{2}){6,}/g,
      decode: unescapeCharacters,
    },
    {
      how: 'percent encoding',
      pattern: /(?<![\w./:%-])(?:[\w./:-]{0,200}%[0-9a-fA-F]{2}){6,}[\w./:-]{0,200}/g,
      decode: (piece) =>
        piece.replace(/%([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    },
    {
      how: 'character codes',
      pattern: /(?:\b(?:[3-9]\d|1[01]\d|12[0-6]|10|13)\b[,\s]{1,2}){8,}\d{2,3}/g,
      decode: (piece) => (piece.match(/\d+/g) ?? []).map((code) => String.fromCharCode(Number(code))).join(''),
    },
    {
      how: 'HTML entities',
      pattern: /(?:&#x?[0-9a-fA-F]{2,5};\s?){6,}/g,
      decode: (piece) =>
        (piece.match(/#x?[0-9a-fA-F]+|\s/g) ?? [])
          .map((code) =>
            code.trim() === ''
              ? ' '
              : String.fromCharCode(code[1] === 'x' ? Number.parseInt(code.slice(2), 16) : Number(code.slice(1))),
          )
          .join(''),
    },
    {
      how: 'bits',
      pattern: /(?:[01]{8}\s?){6,}/g,
      decode: (piece) =>
        (piece.match(/[01]{8}/g) ?? []).map((bits) => String.fromCharCode(Number.parseInt(bits, 2))).join(''),
    },
  ];

/** Finds pieces that decode to readable text, through up to three layers. */
export function decodePieces(text: string, layer = 0): DecodedPiece[] {
  const pieces: DecodedPiece[] = [];
  for (const { how, pattern, decode } of FORMS) {
    let tried = 0;
    for (const match of text.matchAll(pattern)) {
      if (++tried > PIECES_MAX) break;
      const encoded = match[0].slice(0, PIECE_CHARS_MAX);
      const decoded = decode(encoded);
      if (!isReadable(decoded)) continue;
      pieces.push({ encoded, decoded, how });
      if (layer + 1 < LAYERS_MAX)
        pieces.push(
          ...decodePieces(decoded, layer + 1).map((inner) => ({ ...inner, encoded, how: `${how}, then ${inner.how}` })),
        );
    }
  }
  return pieces;
}

function unescapeCharacters(piece: string): string {
  return piece.replace(
    /\\(?:x|u00)([0-9a-fA-F]{2})|\\([0-3][0-7]{2})/g,
    (_, hex: string | undefined, octal: string | undefined) =>
      String.fromCharCode(hex === undefined ? Number.parseInt(octal ?? '0', 8) : Number.parseInt(hex, 16)),
  );
}

/** UTF-16, as PowerShell takes its encoded commands, with the empty halves taken out. */
const narrowed = (text: string): string => (/^(?:[\x20-\x7e]\0){4}/.test(text) ? text.replaceAll('\0', '') : text);

/** Mostly printable ASCII with letters in it; a word that happens to be valid base64 decodes to noise. */
const isReadable = (decoded: string): boolean =>
  decoded.length >= 6 &&
  /[A-Za-z]{2}/.test(decoded) &&
  (decoded.match(/[\x20-\x7e\n\r\t]/g)?.length ?? 0) >= decoded.length * 0.95;
