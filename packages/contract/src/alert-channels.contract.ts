import { z } from 'zod';
import { idSchema, ok, pageQuery, pageShape, timestampSchema } from './fields.ts';
import { ALERT_ACTIONS } from './monitoring.contract.ts';
import { defineRoutes } from './route.ts';

export const CHANNEL_KINDS = ['webhook', 'slack', 'email'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1–40 of a–z 0–9 -');
const hookUrl = z.url({ protocol: /^https?$/ }).max(2000);

/**
 * Where alerts are told, beside the log and the dashboard, which hear of each. A webhook gets Alertmanager's JSON, signed as
 * Standard Webhooks asks; its `secret`, and the address of a Slack-compatible one, which is a secret too, are written and never
 * read: left out, what is stored under the name stays.
 */
const newChannelSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('webhook'),
    name,
    url: hookUrl,
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and the base64 of 24 to 64 random bytes')
      .optional(),
  }),
  z.strictObject({ kind: z.literal('slack'), name, url: hookUrl.optional() }),
  z.strictObject({ kind: z.literal('email'), name, to: z.array(z.email().max(254)).min(1).max(20) }),
]);
export type NewChannel = z.infer<typeof newChannelSchema>;

const channelSchema = z
  .object({
    kind: z.enum(CHANNEL_KINDS),
    name: z.string(),
    /** Of a Slack-compatible one only scheme and host. */
    url: z.string().nullable(),
    to: z.array(z.string()).nullable(),
    signed: z.boolean(),
  })
  .meta({ id: 'AlertChannel' });
export type AlertChannelView = z.infer<typeof channelSchema>;

/** Which channels each action of a rule tells. */
const routesSchema = z.strictObject(
  Object.fromEntries(ALERT_ACTIONS.map((action) => [action, z.array(name).max(20)])) as Record<
    (typeof ALERT_ACTIONS)[number],
    z.ZodArray<typeof name>
  >,
);
/** Hours after which an alert that still fires, and that nobody acknowledged, is told again; null for never. */
const repeatHours = z.number().int().min(1).max(168).nullable();

export const NOTIFICATION_KINDS = ['fired', 'repeated', 'resolved', 'test'] as const;
export const NOTIFICATION_STATES = ['waiting', 'sent', 'failed'] as const;
export const notificationSchema = z
  .object({
    id: z.string(),
    channel: z.string(),
    kind: z.enum(NOTIFICATION_KINDS),
    alertIds: z.array(z.string()),
    state: z.enum(NOTIFICATION_STATES),
    attempts: z.int(),
    /** What the last attempt that failed ran into. */
    error: z.string().nullable(),
    createdAt: timestampSchema,
    nextAttemptAt: timestampSchema.nullable(),
    settledAt: timestampSchema.nullable(),
  })
  .meta({ id: 'AlertNotification' });
export type AlertNotification = z.infer<typeof notificationSchema>;

const channelsView = {
  channels: z.array(channelSchema),
  routes: routesSchema,
  repeatHours,
  emailPossible: z.boolean(),
};
export type AlertChannelsView = { channels: AlertChannelView[]; emailPossible: boolean } & Pick<
  AlertChannels,
  'routes' | 'repeatHours'
>;

export const alertChannelsSchema = z
  .strictObject({ channels: z.array(newChannelSchema).max(20), routes: routesSchema, repeatHours })
  .superRefine(({ channels, routes }, context) => {
    const names = new Set<string>();
    for (const [index, channel] of channels.entries()) {
      if (names.has(channel.name))
        context.addIssue({ code: 'custom', path: ['channels', index, 'name'], message: 'is used twice' });
      names.add(channel.name);
    }
    for (const action of ALERT_ACTIONS)
      for (const [index, routed] of routes[action].entries())
        if (!names.has(routed))
          context.addIssue({ code: 'custom', path: ['routes', action, index], message: 'names no channel' });
  });
export type AlertChannels = z.infer<typeof alertChannelsSchema>;

const tag = 'monitoring';
export const alertChannelRoutes = defineRoutes({
  showAlertChannels: {
    method: 'GET',
    path: '/alerts/channels',
    summary: 'Show where alerts are told',
    tag,
    access: ['manage_alerts'],
    people: true,
    responses: { 200: ok(channelsView) },
    refusals: [],
  },
  replaceAlertChannels: {
    method: 'PUT',
    path: '/alerts/channels',
    summary: 'Replace where alerts are told',
    tag,
    access: ['manage_alerts'],
    people: true,
    body: alertChannelsSchema,
    responses: { 200: ok(channelsView) },
    refusals: ['endpoint_not_allowed'],
  },
  testAlertChannel: {
    method: 'POST',
    path: '/alerts/channels/:id/test',
    summary: 'Send a test to one channel, by its name, and say what came of it',
    tag,
    access: ['manage_alerts'],
    people: true,
    params: z.strictObject({ id: name }),
    responses: { 200: ok({ delivered: z.boolean(), error: z.string().nullable() }) },
    refusals: ['not_found'],
  },
  listAlertNotifications: {
    method: 'GET',
    path: '/alerts/notifications',
    summary: 'List what was told, or could not be, newest first',
    tag,
    access: ['view_metrics', 'manage_alerts'],
    people: true,
    query: z.strictObject({ ...pageQuery(50), state: z.enum(NOTIFICATION_STATES).optional() }),
    responses: { 200: ok({ notifications: z.array(notificationSchema), ...pageShape }) },
    refusals: [],
  },
  retryAlertNotification: {
    method: 'POST',
    path: '/alerts/notifications/:id/retry',
    summary: 'Send again what could not be delivered',
    tag,
    access: ['manage_alerts'],
    people: true,
    params: z.strictObject({ id: idSchema }),
    responses: { 200: ok({ notification: notificationSchema }) },
    refusals: ['not_found', 'invalid_transition'],
  },
});
