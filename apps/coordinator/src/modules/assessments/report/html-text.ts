import { visibleText } from './visible-text.ts';

/** Markup that was written by us, or made of parts that are: the only thing that gets into a page unescaped. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = string | number | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};
const escapeText = (text: string): string =>
  visibleText(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');

const markupOf = (part: Part): string => {
  if (part instanceof Html) return part.markup;
  return typeof part === 'object' ? part.map(({ markup }) => markup).join('') : escapeText(String(part));
};

/** Every value between the pieces is escaped, for text and for quoted attributes alike, unless it is markup already. */
export const html = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(pieces.map((piece, index) => piece + (index < parts.length ? markupOf(parts[index] ?? '') : '')).join(''));

export const NOTHING = new Html('');

/** A link only where it leads to the web: no other scheme is a reference. */
export function reference(target: string): Html {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return html`${target}`;
  return html`<a href="${url.href}" rel="noopener noreferrer nofollow">${target}</a>`;
}
