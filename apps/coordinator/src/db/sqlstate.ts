/** What a database error means to us, by SQLSTATE; the class of the error differs between the engines, the code does not. */
export type DatabaseFault = 'unique_violation' | 'serialization' | 'unavailable' | 'forbidden' | 'other';

const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

// Errors of the socket rather than of SQL: the server is away.
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENOENT',
]);

export function databaseFault(error: unknown): DatabaseFault {
  const code = codeOf(error);
  if (code === '23505') return 'unique_violation';
  if (code === '40001' || code === '40P01') return 'serialization';
  if (code === '42501') return 'forbidden';
  // 08: connection; 53: resources; 57P: shutdown, crash, cannot connect now; 25P03: we were paused in a transaction.
  if (code && (/^(08|53|57P|25P03)/.test(code) || SOCKET_CODES.has(code))) return 'unavailable';
  if (
    error instanceof Error &&
    /Connection terminated|not queryable|timeout exceeded when trying to connect|Query read timeout/.test(error.message)
  )
    return 'unavailable';
  return 'other';
}
