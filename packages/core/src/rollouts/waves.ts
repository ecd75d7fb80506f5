/** How big a wave is: so many machines, or a share of all of them in percent (at least one machine). */
export type WaveSize = { readonly machines: number } | { readonly percent: number };

const machinesOf = (size: WaveSize, all: number): number =>
  'machines' in size ? size.machines : Math.max(1, Math.ceil((all * size.percent) / 100));

/**
 * The machines of a rollout in waves, in their order: each of its size, and the last one holds all that are left. A wave that
 * would be empty is left out.
 */
export function planWaves(machines: readonly string[], sizes: readonly WaveSize[]): string[][] {
  const waves: string[][] = [];
  let from = 0;
  for (const size of [...sizes, { machines: machines.length }]) {
    const wave = machines.slice(from, from + machinesOf(size, machines.length));
    if (wave.length > 0) waves.push(wave);
    from += wave.length;
  }
  return waves;
}
