import { z } from 'zod';
import { jsonObjectSchema, timestampSchema } from './fields.ts';
import type { Permission } from './permissions.ts';
import { REFUSAL_CODES } from './refusals.ts';

/** Channels of `/ws`, each behind the permissions of which one is needed (CONTRACT §8). */
export const CHANNELS = [
  'assessments',
  'remediations',
  'approvals',
  'executions',
  'servers',
  'alerts',
  'metrics',
  'audit',
] as const;
export const channelSchema = z.enum(CHANNELS);
export type Channel = z.infer<typeof channelSchema>;

export const CHANNEL_PERMISSIONS: Record<Channel, readonly Permission[]> = {
  assessments: ['view_results'],
  remediations: ['view_results'],
  approvals: ['view_results'],
  executions: ['view_results'],
  servers: ['view_results', 'view_metrics'],
  alerts: ['view_metrics'],
  metrics: ['view_metrics'],
  audit: ['view_audit'],
};

export const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('authenticate'), token: z.string().max(8192) }),
  z.strictObject({
    type: z.literal('subscribe'),
    channels: z.array(z.string().max(64)).min(1).max(32),
    /** The last event id that was seen; what came after it is sent first. */
    since: z
      .string()
      .regex(/^\d{1,18}$/)
      .optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), channels: z.array(z.string().max(64)).min(1).max(32) }),
  z.strictObject({ type: z.literal('ping') }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** Ids are decimal text that grows in the order of publication. Delivered at least once. */
export const eventSchema = z.object({
  type: z.literal('event'),
  id: z.string(),
  channel: channelSchema,
  /** `noun.verb-past`, such as `approval.granted`. */
  event: z.string(),
  timestamp: timestampSchema,
  data: jsonObjectSchema,
});
export type RealtimeEvent = z.infer<typeof eventSchema>;

export const serverMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('authenticated'), username: z.string() }),
  z.object({ type: z.literal('subscribed'), channels: z.array(channelSchema) }),
  z.object({ type: z.literal('unsubscribed'), channels: z.array(channelSchema) }),
  z.object({ type: z.literal('pong') }),
  z.object({
    type: z.literal('error'),
    code: z.enum(REFUSAL_CODES),
    channel: z.string().optional(),
    detail: z.string(),
  }),
  eventSchema,
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** Close codes: no credential in time, and a reader too slow for its events. */
export const CLOSE_UNAUTHENTICATED = 4401;
export const CLOSE_TOO_SLOW = 4408;
/** Milliseconds within which a credential must come. */
export const AUTHENTICATE_WITHIN_MS = 10_000;
