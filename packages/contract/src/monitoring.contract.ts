import { z } from 'zod';
import { idSchema, ok, pageQuery, pageShape, timestampSchema } from './fields.ts';
import { defineRoutes } from './route.ts';
import { serverStatusSchema } from './servers.contract.ts';

/** Milliseconds: the mean and percentiles of what was answered lately; all 0 where nothing was. */
export const responseTimesSchema = z.object({
  average: z.number(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
});
export type ResponseTimes = z.infer<typeof responseTimesSchema>;
export const NO_RESPONSE_TIMES: ResponseTimes = { average: 0, p50: 0, p95: 0, p99: 0 };

/** Memory and disk in GB (10⁹ bytes), usage and errorRate in percent, network in bytes/s, response times in ms, uptime in s. */
export const systemMetricsSchema = z
  .object({
    timestamp: timestampSchema,
    system: z.object({
      cpu: z.object({ usage: z.number(), cores: z.int() }),
      memory: z.object({ total: z.number(), used: z.number(), free: z.number(), usage: z.number() }),
      disk: z.object({ total: z.number(), used: z.number(), free: z.number(), usage: z.number() }),
      network: z.object({ incoming: z.number(), outgoing: z.number() }),
    }),
    services: z.record(
      z.string(),
      z.object({
        status: serverStatusSchema,
        uptime: z.number().nullable(),
        responseTime: responseTimesSchema,
        errorRate: z.number(),
        /** Calls by tool since this instance has the link. */
        calls: z.record(z.string(), z.int()),
      }),
    ),
  })
  .meta({ id: 'SystemMetrics' });
export type SystemMetrics = z.infer<typeof systemMetricsSchema>;

/**
 * What the coordinator's own work looks like. Ages are of the oldest one, 0 where there is none; `failed_logins` and
 * `token_replay` count over the last five minutes; `audit_valid` is 1 or 0, and not there before the first verification;
 * `break_glass` counts uses that nobody has reviewed yet; `backup_age_hours` is not there before the first backup.
 */
export const DOMAIN_METRICS = [
  'pending_approvals',
  'approval_age_hours',
  'execution_stuck_minutes',
  'audit_lag_seconds',
  'audit_valid',
  'failed_logins',
  'token_replay',
  'break_glass',
  'backup_age_hours',
] as const;
export type DomainMetric = (typeof DOMAIN_METRICS)[number];

const OF_SERVERS = [
  'response_time',
  'response_time_p50',
  'response_time_p95',
  'response_time_p99',
  'error_rate',
  'server_down',
] as const;

/** What history and alert conditions can name. Those in `SERVER_METRICS` may carry `{server="…"}`. */
export const METRICS = [
  'cpu_usage',
  'memory_usage',
  'disk_usage',
  'network_incoming',
  'network_outgoing',
  ...OF_SERVERS,
  ...DOMAIN_METRICS,
] as const;
export const metricSchema = z.enum(METRICS);
export type Metric = z.infer<typeof metricSchema>;
export const SERVER_METRICS: readonly Metric[] = OF_SERVERS;
export const AGGREGATIONS = ['average', 'min', 'max'] as const;

export const ALERT_ACTIONS = ['notify_admin', 'notify_team', 'emergency_alert', 'log_warning'] as const;
export const ALERT_SEVERITIES = ['critical', 'warning'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** `metric op number [for 5m]`, as in the source; the server answers a bad one with `invalid_condition` and the place. */
export const alertRuleSchema = z.strictObject({ condition: z.string().min(1).max(300), action: z.enum(ALERT_ACTIONS) });
export type AlertRule = z.infer<typeof alertRuleSchema>;
export const alertRulesSchema = z
  .strictObject({ critical: z.array(alertRuleSchema).max(100), warning: z.array(alertRuleSchema).max(100) })
  .meta({ id: 'AlertRules' });
export type AlertRules = z.infer<typeof alertRulesSchema>;

export const ALERT_STATES = ['pending', 'firing', 'resolved'] as const;
export const alertSchema = z
  .object({
    id: z.string(),
    severity: z.enum(ALERT_SEVERITIES),
    condition: z.string(),
    action: z.enum(ALERT_ACTIONS),
    server: z.string().nullable(),
    state: z.enum(ALERT_STATES),
    value: z.number().nullable(),
    startedAt: timestampSchema,
    firedAt: timestampSchema.nullable(),
    resolvedAt: timestampSchema.nullable(),
    acknowledgedBy: z.string().nullable(),
    acknowledgedAt: timestampSchema.nullable(),
    /** While it is told to nobody: until when. */
    silencedUntil: timestampSchema.nullable(),
  })
  .meta({ id: 'Alert' });
export type Alert = z.infer<typeof alertSchema>;

/** What a rule would have done: on each series when it would have begun to hold, fired, and been over. */
export const ruleTestSchema = z.object({
  /** In the one spelling of it. */
  condition: z.string(),
  from: timestampSchema,
  to: timestampSchema,
  series: z.array(
    z.object({
      /** Null for the machine's own. */
      server: z.string().nullable(),
      samples: z.int(),
      fired: z.int(),
      /** The last hundred at most. */
      firings: z.array(
        z.object({ startedAt: timestampSchema, firedAt: timestampSchema, resolvedAt: timestampSchema.nullable() }),
      ),
    }),
  ),
});
export type RuleTest = z.infer<typeof ruleTestSchema>;

const tag = 'monitoring';
export const monitoringRoutes = defineRoutes({
  showSystemMetrics: {
    method: 'GET',
    path: '/metrics/system',
    summary: 'Show the machine and every registered server as last sampled',
    tag,
    access: ['view_metrics'],
    people: true,
    responses: { 200: ok({ metrics: systemMetricsSchema }) },
    refusals: [],
  },
  showMetricsHistory: {
    method: 'GET',
    path: '/metrics/history',
    summary: 'Show one metric over time',
    tag,
    access: ['view_metrics'],
    people: true,
    query: z.strictObject({
      metric: metricSchema,
      server: idSchema.optional(),
      from: timestampSchema.optional(),
      to: timestampSchema.optional(),
      /** Seconds. */
      step: z.coerce.number().int().min(10).max(86_400).default(60),
      /** What `value` of each point is. */
      aggregation: z.enum(AGGREGATIONS).default('average'),
    }),
    responses: {
      200: ok({
        metric: metricSchema,
        server: z.string().nullable(),
        step: z.int(),
        aggregation: z.enum(AGGREGATIONS),
        points: z.array(
          z.object({
            timestamp: timestampSchema,
            value: z.number(),
            average: z.number(),
            min: z.number(),
            max: z.number(),
          }),
        ),
      }),
    },
    refusals: [],
  },
  showAlertRules: {
    method: 'GET',
    path: '/alerts/rules',
    summary: 'Show the alert rules',
    tag,
    access: ['view_metrics', 'manage_alerts'],
    people: true,
    responses: { 200: ok({ alerts: alertRulesSchema }) },
    refusals: [],
  },
  replaceAlertRules: {
    method: 'PUT',
    path: '/alerts/rules',
    summary: 'Replace the alert rules',
    tag,
    access: ['manage_alerts'],
    people: true,
    body: alertRulesSchema,
    responses: { 200: ok({ alerts: alertRulesSchema }) },
    refusals: ['invalid_condition'],
  },
  testAlertRule: {
    method: 'POST',
    path: '/alerts/rules/test',
    summary: 'Show what a rule would have done over the last hours',
    tag,
    access: ['view_metrics', 'manage_alerts'],
    people: true,
    body: z.strictObject({
      condition: z.string().min(1).max(300),
      hours: z.number().int().min(1).max(24).default(24),
    }),
    responses: { 200: ok(ruleTestSchema.shape) },
    refusals: ['invalid_condition'],
  },
  listAlerts: {
    method: 'GET',
    path: '/alerts',
    summary: 'List alerts, newest first',
    tag,
    access: ['view_metrics', 'manage_alerts'],
    people: true,
    query: z.strictObject({ ...pageQuery(50), status: z.enum(ALERT_STATES).optional() }),
    responses: { 200: ok({ alerts: z.array(alertSchema), ...pageShape }) },
    refusals: [],
  },
  acknowledgeAlert: {
    method: 'POST',
    path: '/alerts/:id/acknowledge',
    summary: 'Say that someone looks after an alert',
    tag,
    access: ['manage_alerts'],
    people: true,
    params: z.strictObject({ id: idSchema }),
    responses: { 200: ok({ alert: alertSchema }) },
    refusals: ['not_found', 'invalid_transition'],
  },
});
