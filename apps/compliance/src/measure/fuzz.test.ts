import { expect, it } from 'vitest';
import { judgeDocument } from './judge-document.ts';
import { randomDocument, seededRandom } from './mutate-document.ts';

const DOCUMENTS = 1500;

it('no random document brings the judge down', { timeout: 120_000 }, async () => {
  const random = seededRandom(7);
  let judged = 0;
  for (let at = 0; at < DOCUMENTS; at++) judged += (await judgeDocument(randomDocument(random))) >= 0 ? 1 : 0;
  expect(judged).toBe(DOCUMENTS);
});
