import { idSchema } from '@mcp-coordinator/contract/fields';
import { METRICS, type Metric, SERVER_METRICS } from '@mcp-coordinator/contract/monitoring.contract';
import { accept, deny, type Result } from '../result.ts';
import { type Condition, OPERATORS, type Operator } from './condition.ts';

/** Where a condition stops making sense, and what would have made sense there. */
export interface ConditionError {
  /** UTF-16 offset into the text. */
  readonly position: number;
  readonly expected: string;
  /** A whole sentence for a person, with both of the above in it. */
  readonly message: string;
}

const FOR_SECONDS_MAX = 7 * 86_400;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const METRIC_NAMES: ReadonlySet<string> = new Set(METRICS);
const OPERATOR_NAMES: ReadonlySet<string> = new Set(OPERATORS);
const isMetric = (name: string): name is Metric => METRIC_NAMES.has(name);
const isOperator = (name: string): name is Operator => OPERATOR_NAMES.has(name);

/** Leaves the parser from inside; `parseCondition` turns it into its answer. */
class Unexpected extends Error {
  readonly position: number;
  readonly expected: string;
  constructor(position: number, expected: string) {
    super(expected);
    this.position = position;
    this.expected = expected;
  }
}

/** Reads a text from left to right, one token a call, skipping white space before each. */
class Reader {
  readonly text: string;
  #at = 0;
  constructor(text: string) {
    this.text = text;
  }

  get position(): number {
    while (/\s/.test(this.text.charAt(this.#at))) this.#at += 1;
    return this.#at;
  }

  get atEnd(): boolean {
    return this.position === this.text.length;
  }

  /** The token at the present place, or nothing when another one stands there. The pattern must be sticky. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  need(pattern: RegExp, expected: string): string {
    const found = this.take(pattern);
    if (found === undefined) throw new Unexpected(this.position, expected);
    return found;
  }
}

/**
 * Parses `metric op number [for 5m]`, the metric with an optional `{server="…"}` where it is one of a server
 * (CONTRACT §7). Durations are a whole number of s, m, h or d, at most 7 days.
 */
export function parseCondition(text: string): Result<Condition, ConditionError> {
  try {
    return accept(readCondition(new Reader(text)));
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    return deny({ position: error.position, expected: error.expected, message: describe(text, error) });
  }
}

function readCondition(reader: Reader): Condition {
  const metric = readMetric(reader);
  const server = readServer(reader, metric);
  const operator = readOperator(reader);
  const threshold = readNumber(reader);
  const forSeconds = readDuration(reader);
  if (!reader.atEnd)
    throw new Unexpected(reader.position, forSeconds === 0 ? '"for" with a duration, or the end' : 'the end');
  return { metric, server, operator, threshold, forSeconds };
}

function readMetric(reader: Reader): Metric {
  const { position } = reader;
  const name = reader.take(/[A-Za-z_][A-Za-z0-9_]*/y);
  if (name === undefined || !isMetric(name)) throw new Unexpected(position, `a metric (${METRICS.join(', ')})`);
  return name;
}

function readServer(reader: Reader, metric: Metric): string | null {
  const { position } = reader;
  if (reader.take(/\{/y) === undefined) return null;
  if (!SERVER_METRICS.includes(metric)) {
    throw new Unexpected(position, `an operator, since ${metric} is the machine's and not a server's`);
  }
  reader.need(/server(?![A-Za-z0-9_])/y, '"server"');
  reader.need(/=/y, '"="');
  const at = reader.position;
  const server = reader.need(/"[^"]*"/y, 'the id of a server in double quotes').slice(1, -1);
  if (!idSchema.safeParse(server).success)
    throw new Unexpected(at, 'the id of a server, 1–128 of A–Z a–z 0–9 . _ : @ -');
  reader.need(/\}/y, '"}"');
  return server;
}

function readOperator(reader: Reader): Operator {
  const { position } = reader;
  const operator = reader.take(/[<>=!]+/y);
  if (operator === undefined || !isOperator(operator)) throw new Unexpected(position, 'an operator (> >= < <= == !=)');
  return operator;
}

function readNumber(reader: Reader): number {
  const { position } = reader;
  const text = reader.take(/-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y);
  const value = Number(text ?? Number.NaN);
  if (!Number.isFinite(value)) throw new Unexpected(position, 'a number');
  // -0 and 0 are one threshold, so they have one spelling.
  return value === 0 ? 0 : value;
}

function readDuration(reader: Reader): number {
  if (reader.take(/for(?![A-Za-z0-9_])/y) === undefined) return 0;
  const { position } = reader;
  const text = reader.need(/\d{1,6}[smhd](?![A-Za-z0-9_])/y, 'a duration such as 30s, 5m, 2h or 1d');
  const seconds = Number(text.slice(0, -1)) * (UNIT_SECONDS[text.slice(-1)] ?? Number.NaN);
  if (!(seconds > 0 && seconds <= FOR_SECONDS_MAX)) throw new Unexpected(position, 'a duration from 1s to 7d');
  return seconds;
}

/** Shows a short piece of what stands there, so that a person finds it without counting. */
function describe(text: string, { position, expected }: Unexpected): string {
  const rest = text.slice(position);
  const found =
    rest === '' ? 'it ends' : `it says ${JSON.stringify(rest.length > 24 ? `${rest.slice(0, 24)}…` : rest)}`;
  return `At character ${position + 1}, ${expected} was expected, but ${found}.`;
}
