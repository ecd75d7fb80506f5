export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}
export interface Sample {
  /** Of a histogram's parts: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');

function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}

function sampleLine(name: string, { suffix = '', labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${formatValue(value)}\n`;
}

const familyText = (
  name: string,
  { help, type, samples, name: sampleName }: Metric,
  escapeText: typeof escapeHelp,
): string =>
  `# HELP ${name} ${escapeText(help)}\n# TYPE ${name} ${type}\n${samples.map((sample) => sampleLine(sampleName, sample)).join('')}`;

/** Text format 0.0.4. */
export const prometheusText = (metrics: readonly Metric[]): string =>
  metrics.map((metric) => familyText(metric.name, metric, escapeHelp)).join('');

/** OpenMetrics 1.0: a counter's family is named without its `_total`, and the end is marked. */
export const openMetricsText = (metrics: readonly Metric[]): string =>
  `${metrics.map((metric) => familyText(metric.name.replace(/_total$/, ''), metric, escapeLabel)).join('')}# EOF\n`;

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** In the form that the scraper's `Accept` names; in the older one where it does not name OpenMetrics. */
export function exposition(metrics: readonly Metric[], accept: string): Exposition {
  return /application\/openmetrics-text(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(accept)
    ? {
        contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
        text: openMetricsText(metrics),
      }
    : { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: prometheusText(metrics) };
}
