import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const NONCE_MARK = /__CSP_NONCE__/g;

/**
 * Serves the built dashboard: hashed assets for a year, and for every page `index.html` with a fresh nonce in it.
 * Answers whether a page can be served at all; without a build the API works and `/` says how to make one.
 */
export async function serveDashboard(
  app: FastifyInstance,
  distDir: string,
): Promise<(reply: FastifyReply) => FastifyReply> {
  const indexFile = join(distDir, 'index.html');
  if (!existsSync(indexFile)) {
    return (reply) =>
      reply.code(503).type('text/plain; charset=utf-8').send('The dashboard is not built. Run: npm run build\n');
  }
  // Read for each page: a build while we run names other assets.
  const index = (): string => readFileSync(indexFile, 'utf8');
  await app.register(fastifyStatic, {
    root: join(distDir, 'assets'),
    prefix: '/assets/',
    immutable: true,
    // The build lays compressed copies beside them; what has none is sent as it is.
    preCompressed: true,
    maxAge: '365d',
    index: false,
    // Fonts and scripts only; the index page is made below.
    decorateReply: false,
  });
  return (reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(index().replaceAll(NONCE_MARK, reply.cspNonce.script));
}
