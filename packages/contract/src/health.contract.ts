import { z } from 'zod';
import { defineRoutes } from './route.ts';

/** At the root, not below the API's base path. */
export const readinessSchema = z.object({
  success: z.boolean(),
  status: z.enum(['ready', 'not_ready']),
  /** What is not ready, and why. */
  missing: z.array(z.object({ part: z.string(), reason: z.string() })),
});
const ready = {
  method: 'GET',
  tag: 'health',
  access: 'public',
  responses: { 200: readinessSchema, 503: readinessSchema },
  refusals: [],
} as const;

export const rootRoutes = defineRoutes({
  livez: {
    method: 'GET',
    path: '/livez',
    summary: 'The process runs',
    tag: 'health',
    access: 'public',
    responses: { 200: z.object({ success: z.literal(true), status: z.literal('alive') }) },
    refusals: [],
  },
  readyz: {
    path: '/readyz',
    summary: 'It can serve: the database answers, migrations are done, it is not draining',
    ...ready,
  },
  healthz: { path: '/healthz', summary: 'Alias of /readyz', ...ready },
  jwks: {
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'The keys that sign execution grants (RFC 7517)',
    tag: 'health',
    access: 'public',
    responses: {
      200: z.object({
        keys: z.array(
          z.object({
            kty: z.string(),
            crv: z.string(),
            x: z.string(),
            kid: z.string(),
            alg: z.string(),
            use: z.string(),
          }),
        ),
        /** JWTs, oldest first, by which each key vouches for its successor (`jwk`), so that who trusts one can follow. */
        endorsements: z.array(z.string()),
      }),
    },
    refusals: [],
  },
});
