/** Named sets of words that phrases are written with; see `vocabulary.ts`. */
export type Vocabulary = Readonly<Record<string, ReadonlySet<string>>>;

const DOUBLING = /(?:^|[^aeiou])[aeiou][bdgklmnprt]$/;

/** The forms of a regular English verb: send → send, sends, sending, sended. Irregular ones are listed by the caller. */
export function verbForms(base: string): string[] {
  if (base.endsWith('e')) return [base, `${base}s`, `${base}d`, `${base.slice(0, -1)}ing`];
  if (/[^aeiou]y$/.test(base)) return [base, `${base.slice(0, -1)}ies`, `${base.slice(0, -1)}ied`, `${base}ing`];
  const third = /(?:s|x|z|ch|sh)$/.test(base) ? `${base}es` : `${base}s`;
  const forms = [base, third, `${base}ed`, `${base}ing`];
  if (DOUBLING.test(base)) forms.push(`${base}${base.at(-1)}ed`, `${base}${base.at(-1)}ing`);
  return forms;
}

/** A set of all forms of the verbs, separated by blanks, and of further words as they are. */
export const verbs = (bases: string, further = ''): Set<string> =>
  new Set([...bases.split(' ').flatMap(verbForms), ...further.split(' ')].filter((word) => word !== ''));

/** Only the form that gives an order. */
export const words = (list: string): Set<string> => new Set(list.split(' '));

/** Nouns with their plurals. */
export const nouns = (list: string): Set<string> =>
  new Set(
    list.split(' ').flatMap((noun) => {
      if (/[^aeiou]y$/.test(noun)) return [noun, `${noun.slice(0, -1)}ies`];
      return [noun, /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`];
    }),
  );
