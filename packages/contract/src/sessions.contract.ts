import { z } from 'zod';
import { idSchema, ok, timestampSchema } from './fields.ts';
import { defineRoutes } from './route.ts';

/** Characters kept of what a browser calls itself. */
export const USER_AGENT_LENGTH_MAX = 256;

export const sessionSchema = z
  .object({
    id: z.string(),
    /** Whether it is the one that asks. */
    current: z.boolean(),
    createdAt: timestampSchema,
    /** When it was last used, to the minute. */
    lastSeenAt: timestampSchema,
    /** Where its sign-in came from; null for one from before this was kept. */
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof sessionSchema>;

const ended = ok({ ended: z.int() });

/** One's own open sessions; an admin ends all of somebody else's. */
export const sessionRoutes = defineRoutes({
  listSessions: {
    method: 'GET',
    path: '/auth/sessions',
    summary: 'List one’s own open sessions, the latest used first',
    tag: 'auth',
    access: 'authenticated',
    people: true,
    responses: { 200: ok({ sessions: z.array(sessionSchema) }) },
    refusals: [],
  },
  endSession: {
    method: 'DELETE',
    path: '/auth/sessions/:id',
    summary: 'End one of one’s own sessions, and every token of it',
    tag: 'auth',
    access: 'authenticated',
    people: true,
    params: z.strictObject({ id: idSchema }),
    responses: { 200: ended },
    refusals: ['not_found'],
  },
  endOtherSessions: {
    method: 'DELETE',
    path: '/auth/sessions',
    summary: 'End every session of one’s own but the one that asks',
    tag: 'auth',
    access: 'authenticated',
    people: true,
    responses: { 200: ended },
    refusals: [],
  },
  endUserSessions: {
    method: 'POST',
    path: '/users/:id/end-sessions',
    summary: 'Sign a person out everywhere',
    tag: 'users',
    access: ['manage_users'],
    people: true,
    params: z.strictObject({ id: z.coerce.number().int().positive().max(2_147_483_647) }),
    responses: { 200: ended },
    refusals: ['not_found'],
  },
});
