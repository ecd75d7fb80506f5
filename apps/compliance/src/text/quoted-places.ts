/** Tells for places that are asked in order whether they stand between quotation marks. */
export function quotedPlaces(clause: string): (at: number) => boolean {
  const spans = quotedSpans(clause);
  let next = 0;
  return (at) => {
    while (next < spans.length && (spans[next]?.[1] ?? 0) < at) next++;
    return (spans[next]?.[0] ?? at + 1) <= at;
  };
}

/** Spans between equal quotation marks; an apostrophe inside a word opens nothing. */
function quotedSpans(clause: string): [number, number][] {
  const spans: [number, number][] = [];
  let open: { mark: string; at: number } | undefined;
  for (let at = 0; at < clause.length; at++) {
    const mark = clause[at];
    if (mark !== '"' && mark !== '`' && mark !== "'") continue;
    const insideWord = mark === "'" && /\w/.test(clause[at - 1] ?? ' ') && /\w/.test(clause[at + 1] ?? ' ');
    if (insideWord) continue;
    if (open?.mark === mark) {
      spans.push([open.at, at]);
      open = undefined;
    } else if (open === undefined && !/\w/.test(clause[at - 1] ?? ' ')) open = { mark, at };
  }
  return spans;
}
