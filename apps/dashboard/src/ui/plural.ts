const WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

/** “1 server”, “12 servers”. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;

/** At the start of a sentence: “Three results”, “48 results”. */
export const countWord = (number: number, one: string, many = `${one}s`): string =>
  `${WORDS[number] ?? number.toLocaleString('en-US')} ${number === 1 ? one : many}`;

/** “a”, “a and b”, “a, b and 3 more”. */
export const listWords = (items: readonly string[], shown = 3): string => {
  const first = items.slice(0, shown);
  const rest = items.length - first.length;
  const parts = rest > 0 ? [...first, `${rest} more`] : first;
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
};
