import { z } from 'zod';
import { REFUSAL_CODES } from './refusals.ts';

/**
 * One hop between instances of the coordinator: a call over a link that the other one holds. Both sides are the same
 * program, and during a rolling upgrade not the same version of it.
 */
export const HOP_PATH = '/internal/hop';
export const HOP_MEDIA_TYPE = 'application/jose';

const linkRef = {
  serverId: z.string().min(1).max(200),
  /** Of the link: the hop is for this very one, and a newer one refuses it. */
  epoch: z.int().nonnegative(),
  /** Milliseconds. */
  timeoutMs: z.int().positive(),
  /** The trace that it belongs to (W3C Trace Context). */
  traceparent: z.string().max(55).optional(),
};

export const hopRequestSchema = z.discriminatedUnion('operation', [
  z.object({
    operation: z.literal('call'),
    ...linkRef,
    tool: z.string().max(200),
    args: z.record(z.string(), z.unknown()),
  }),
  z.object({ operation: z.literal('ping'), ...linkRef }),
  /** Asks the installer for its inventory, and keeps it. */
  z.object({ operation: z.literal('refresh'), ...linkRef }),
]);
export type HopRequest = z.infer<typeof hopRequestSchema>;

const progressSchema = z.object({
  progress: z.number(),
  total: z.number().optional(),
  message: z.string().optional(),
});
const refusalSchema = z.object({
  code: z.enum(REFUSAL_CODES),
  detail: z.string(),
  retryAfterSeconds: z.number().optional(),
});

/** What comes back, one line each: any number of `progress`, then one of the others. */
export const hopLineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), progress: progressSchema }),
  z.object({ type: z.literal('done'), value: z.unknown() }),
  z.object({ type: z.literal('refused'), refusal: refusalSchema }),
  /** This instance does not hold that link (any more); nothing was asked of anyone. */
  z.object({ type: z.literal('not_held') }),
]);
export type HopLine = z.infer<typeof hopLineSchema>;
export type HopProgress = z.infer<typeof progressSchema>;
