import type { PostJson } from './send-notice.ts';

const TIMEOUT_MS = 10_000;

/** `fetch` decides what may be reached; a receiver may not send us on. The answer's body is nobody's business. */
export const postWith =
  (fetch: typeof globalThis.fetch): PostJson =>
  async (url, body, headers) => {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      body,
      headers: { 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return { status: answer.status };
  };
