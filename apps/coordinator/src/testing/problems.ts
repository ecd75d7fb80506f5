import { request } from 'node:http';
import { problemSchema, REFUSALS, type RefusalCode } from '@mcp-coordinator/contract/refusals';
import { expect } from 'vitest';
import type { Answer, TestApp } from './harness.ts';

/** That an answer is this refusal, whole and in its one shape (RFC 9457), with nothing of our insides in it. */
export function expectProblem(answer: Answer, code: RefusalCode): void {
  const { status, title } = REFUSALS[code];
  expect(answer.body, JSON.stringify(answer.body)).toMatchObject({ code, status, title, success: false });
  expect(answer.status).toBe(status);
  expect(problemSchema.strict().safeParse(answer.body).error).toBeUndefined();
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/);
  expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
  expect(answer.body.type).toMatch(new RegExp(`/problems/${code.replaceAll('_', '-')}$`));
  expect(JSON.stringify(answer.body)).not.toMatch(/\bat .+\.(ts|js|mjs):\d+|node_modules|Error:|select .* from/i);
  if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
}

/** A request as `fetch` would not send it: any Host, any path, any bytes. */
export function askRaw(
  app: TestApp,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: string | Uint8Array },
): Promise<Answer> {
  const { port } = new URL(app.base);
  return new Promise((resolve, reject) => {
    const { method = 'GET', path, headers = {}, body } = options;
    const sent = request(
      { host: '127.0.0.1', port, method, path, headers, setHost: headers['host'] === undefined },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const found = new Headers(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
          resolve({ status: answer.statusCode ?? 0, headers: found, body: parsed(text) });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
