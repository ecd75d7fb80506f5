/** Round steps for an axis from 0 (or below) up to at least `max`: 1, 2 or 5 times a power of ten. */
export const axisTicks = (min: number, max: number, wanted = 4): number[] => {
  const low = Math.min(0, min);
  const span = Math.max(max - low, 1e-9);
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power * 10;
  const ticks: number[] = [];
  for (let tick = Math.floor(low / step) * step; ticks.length <= wanted + 2; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
    if (tick >= max) break;
  }
  return ticks;
};

const DAY_MS = 86_400_000;

/** “13:30”, or “9 Nov” where the span is longer than two days. */
export const axisTime = (at: number, spanMs: number): string => {
  const iso = new Date(at).toISOString();
  if (spanMs <= 2 * DAY_MS) return iso.slice(11, 16);
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
};

export const spread = (from: number, to: number, steps: number): number[] =>
  Array.from({ length: steps + 1 }, (_, index) => from + ((to - from) * index) / steps);
