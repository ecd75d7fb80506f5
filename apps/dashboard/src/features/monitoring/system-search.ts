export const RANGES = ['1h', '6h', '24h', '7d'] as const;
export type Range = (typeof RANGES)[number];

const HOUR_S = 3600;
export const RANGE_SECONDS: Record<Range, number> = {
  '1h': HOUR_S,
  '6h': 6 * HOUR_S,
  '24h': 24 * HOUR_S,
  '7d': 168 * HOUR_S,
};
/** About 180 points a curve, whatever the range. */
export const stepOf = (range: Range): number => Math.max(10, RANGE_SECONDS[range] / 180);

export interface SystemSearch {
  range?: Range;
  /** Whose response times and errors are drawn. */
  server?: string;
}

export const parseSystemSearch = (search: Record<string, unknown>): SystemSearch => {
  const range = RANGES.find((one) => one === search['range']);
  const server = typeof search['server'] === 'string' && search['server'] !== '' ? search['server'] : undefined;
  return { ...(range && range !== '1h' ? { range } : {}), ...(server === undefined ? {} : { server }) };
};
