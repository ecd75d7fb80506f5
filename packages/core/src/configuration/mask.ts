/** At most the last four characters stay, and only of a value long enough that they give nothing away. */
export const maskSecret = (secret: string): string => `••••${secret.length >= 20 ? secret.slice(-4) : ''}`;

/** Replaces each range of a text by its mask; overlapping ranges are taken as one. */
export function maskRanges(text: string, ranges: readonly { readonly start: number; readonly end: number }[]): string {
  if (ranges.length === 0) return text;
  let masked = '';
  let at = 0;
  for (const { start, end } of mergeRanges(ranges)) {
    masked += text.slice(at, start) + maskSecret(text.slice(start, end));
    at = end;
  }
  return masked + text.slice(at);
}

function mergeRanges(
  ranges: readonly { readonly start: number; readonly end: number }[],
): { start: number; end: number }[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}
