import { z } from 'zod';
import { idSchema, ok, pageQuery, pageShape, reasonSchema, serverNameSchema, timestampSchema } from './fields.ts';
import { ALERT_SEVERITIES } from './monitoring.contract.ts';
import { defineRoutes } from './route.ts';

/** Days a silence may last at most. */
export const SILENCE_DAYS_MAX = 30;

const matcherFields = {
  severity: z.enum(ALERT_SEVERITIES).nullable(),
  /** The one spelling of a condition, as alerts show it. */
  condition: z.string().nullable(),
  server: z.string().nullable(),
};

export const SILENCE_STATES = ['waiting', 'active', 'ended'] as const;
/** Alerts that fit every field that is not null are told to nobody while it is active. */
export const silenceSchema = z
  .object({
    id: z.string(),
    ...matcherFields,
    reason: z.string(),
    state: z.enum(SILENCE_STATES),
    startsAt: timestampSchema,
    endsAt: timestampSchema,
    createdBy: z.string(),
    createdAt: timestampSchema,
    endedBy: z.string().nullable(),
  })
  .meta({ id: 'Silence' });
export type Silence = z.infer<typeof silenceSchema>;

const tag = 'monitoring';
export const silenceRoutes = defineRoutes({
  createSilence: {
    method: 'POST',
    path: '/alerts/silences',
    summary: 'Keep alerts that fit from being told, until a given time',
    tag,
    access: ['manage_alerts'],
    people: true,
    body: z
      .strictObject({
        severity: z.enum(ALERT_SEVERITIES).optional(),
        condition: z.string().min(1).max(300).optional(),
        server: serverNameSchema.optional(),
        reason: reasonSchema,
        /** Now when absent. */
        startsAt: timestampSchema.optional(),
        endsAt: timestampSchema,
      })
      .refine(
        ({ severity, condition, server }) => severity !== undefined || condition !== undefined || server !== undefined,
        'must name a severity, a condition or a server',
      ),
    responses: { 201: ok({ silence: silenceSchema }) },
    refusals: ['invalid_condition'],
  },
  listSilences: {
    method: 'GET',
    path: '/alerts/silences',
    summary: 'List silences, newest first',
    tag,
    access: ['view_metrics', 'manage_alerts'],
    people: true,
    query: z.strictObject(pageQuery(50)),
    responses: { 200: ok({ silences: z.array(silenceSchema), ...pageShape }) },
    refusals: [],
  },
  endSilence: {
    method: 'DELETE',
    path: '/alerts/silences/:id',
    summary: 'End a silence before its time',
    tag,
    access: ['manage_alerts'],
    people: true,
    params: z.strictObject({ id: idSchema }),
    responses: { 200: ok({ silence: silenceSchema }) },
    refusals: ['not_found', 'invalid_transition'],
  },
});
