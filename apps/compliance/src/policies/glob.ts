/** `*` stands for any characters. Greedy with one step back: linear for each star, whatever the pattern. */
export function matchesGlob(glob: string, name: string): boolean {
  const parts = glob.split('*');
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return glob === name;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const next = name.indexOf(part, at);
    if (next < 0 || next + part.length > name.length - last.length) return false;
    at = next + part.length;
  }
  return true;
}
