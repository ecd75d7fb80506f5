/** Something that was measured, and what it must not fall below or go above. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What is not a number was not measured, and fails. */
export const holds = ({
  value,
  atLeast = Number.NEGATIVE_INFINITY,
  atMost = Number.POSITIVE_INFINITY,
}: Figure): boolean => value >= atLeast && value <= atMost;

const written = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en-US') : value >= 100 ? value.toFixed(0) : value.toFixed(2);

/** A line of a Markdown table. */
export function figureLine(figure: Figure): string {
  const { name, value, atLeast, atMost } = figure;
  const limit =
    atLeast !== undefined ? `at least ${written(atLeast)}` : atMost !== undefined ? `at most ${written(atMost)}` : '';
  return `| ${name} | ${written(value)} | ${limit} | ${limit === '' ? '' : holds(figure) ? 'yes' : '**no**'} |`;
}
export const FIGURE_HEAD = '| measured | value | limit | holds |\n| --- | --- | --- | --- |';
