/** Where a process exports to, by the variables that OpenTelemetry defines. */
export interface OtlpTarget {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS (`name=value,…`, percent-encoded); null where the first is not
 * set. Throws with the name of the variable that cannot be understood, and without its value: a header may be a secret.
 */
export function otlpTarget(environment: Readonly<Record<string, string | undefined>>): OtlpTarget | null {
  const endpoint = environment['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint) return null;
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    throw new Error('OTEL_EXPORTER_OTLP_ENDPOINT: must be an http or https URL. Nothing was started.');
  const pairs = (environment['OTEL_EXPORTER_OTLP_HEADERS'] ?? '').split(',').filter((pair) => pair.trim() !== '');
  return { endpoint, headers: Object.fromEntries(pairs.map(headerOf)) };
}

function headerOf(pair: string): [string, string] {
  const [name = '', ...rest] = pair.split('=');
  try {
    if (name.trim() !== '' && rest.length > 0) return [name.trim(), decodeURIComponent(rest.join('=').trim())];
  } catch {
    // It is told below, as any other that is not understood.
  }
  throw new Error('OTEL_EXPORTER_OTLP_HEADERS: must be name=value, separated by commas. Nothing was started.');
}
