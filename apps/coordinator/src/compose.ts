import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { accept } from '@mcp-coordinator/core/result';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { ownPaths } from './data-folder.ts';
import type { OpenDatabase } from './db/open-database.ts';
import { createDomainFigures } from './domain-figures.ts';
import { createApp } from './http/app.ts';
import { createAuthenticate } from './http/authenticate-request.ts';
import { ANONYMOUS } from './http/caller.ts';
import { closeApp } from './http/close-app.ts';
import { createIdempotency } from './http/idempotency.ts';
import { openRedis } from './http/open-redis.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { createReadiness } from './http/readiness.ts';
import { createRefusalAudit } from './http/refusal-audit.ts';
import { addRootRoutes } from './http/root-routes.ts';
import { takeUpgrades } from './http/upgrade.ts';
import { createJobQueue } from './jobs/job-queue.ts';
import type { KeptSecret } from './kept-secret.ts';
import type { Keys } from './keys.ts';
import { createApprovalsModule } from './modules/approvals/approvals.module.ts';
import { createAssessmentsModule } from './modules/assessments/assessments.module.ts';
import { createAuditModule } from './modules/audit/audit.module.ts';
import { createAuthModule, DEFAULT_LOGIN_LIMITS, endEverySession } from './modules/auth/auth.module.ts';
import { createExecutionsModule, executionOf, prepareExecution } from './modules/executions/executions.module.ts';
import { createInstancesModule } from './modules/instances/instances.module.ts';
import { createKeysModule } from './modules/keys/keys.module.ts';
import { createMonitoringModule, lateAlerts, type MonitoringDeps } from './modules/monitoring/monitoring.module.ts';
import { createPoliciesModule } from './modules/policies/policies.module.ts';
import { createPublishEvent, createRealtimeModule } from './modules/realtime/realtime.module.ts';
import { createRemediationsModule } from './modules/remediations/remediations.module.ts';
import { createServersModule } from './modules/servers/servers.module.ts';
import type { OperationCall } from './operations/control.ts';
import { runOperation } from './operations/operations.ts';
import { createGuardedFetch, type ResolveHost } from './outbound/guarded-fetch.ts';
import type { Clock, NewId } from './runtime.ts';
import { version } from './version.ts';

export interface ComposeOptions {
  config: Config;
  database: OpenDatabase;
  keys: Keys;
  /** The file of GRANT_SIGNING_KEY_FILE. */
  grantSigningPem?: string | undefined;
  /** Null where the environment gives the encryption key, and when absent. */
  keptEncryptionKey?: KeptSecret | null;
  log: Logger;
  clock: Clock;
  newId: NewId;
  dataDir: string;
  /** `process`, for its own figures. */
  process: MonitoringDeps['process'];
  /** The built dashboard; the one beside this where nothing else is given. */
  dashboardDir?: string;
  /** The system's own resolver where nothing else is given. */
  resolveHost?: ResolveHost;
  /** Lower in tests alone. */
  bcryptCost?: number;
  /** Whether no other process can have the database open; so it is with the embedded one where absent. */
  alone?: boolean;
}

const DASHBOARD_DIR = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));

/** The composition root: every module, and how they stand to one another. */
export async function compose(options: ComposeOptions) {
  const { config, database, keys, log, clock, newId, dataDir, keptEncryptionKey = null } = options;
  const { db, listen } = database;
  const { publicUrl } = config;
  const publishEvent = createPublishEvent({ clock });
  const common = { db, listen, clock, newId, log, publishEvent };
  const instanceId = newId('instance');
  // Defined below: monitoring writes to the log, and counts what waits elsewhere.
  const alerts = lateAlerts(() => monitoring.alerts);
  const audit = createAuditModule({
    ...common,
    keys,
    origin: `mcp-coordinator/${publicUrl.host}`,
    instance: instanceId,
    alerts: { ...alerts, raise: alerts.raiseOnce },
    ...config.audit,
  });
  const alone = options.alone ?? database.kind === 'embedded';
  const protectedPaths = ownPaths([dataDir, config.log.filePath]);
  const base = { ...common, recordAudit: audit.recordAudit, keys, publicUrl, protectedPaths };
  const instances = createInstancesModule({ ...base, version, instanceId });
  const jobs = createJobQueue(database, log);
  const { wakeUp } = jobs;
  const bcryptCost = options.bcryptCost === undefined ? {} : { bcryptCost: options.bcryptCost };
  const auth = createAuthModule({
    ...base,
    // Defined below: what is approved stands on who may see it.
    digestOf: (...args) => approvals.digestOf(...args),
    // Whoever has a second factor uses it; the policy asks for one from the others too.
    mfaRequired: async ({ enrolled }, purpose, from) => enrolled || (await policies.mfaRequired(purpose, from)),
    limits: {
      ...DEFAULT_LOGIN_LIMITS,
      rate: { ...DEFAULT_LOGIN_LIMITS.rate, attemptsMax: config.limits.loginsPerMinute },
    },
    ...bcryptCost,
  });
  const signingKeys = createKeysModule({ ...base, endEverySession, grantSigningPem: options.grantSigningPem });
  const realtime = createRealtimeModule({
    db,
    listen,
    clock,
    log,
    authenticateToken: (token) => auth.authenticateToken(token, { fresh: true }),
    isStillValid: auth.isStillValid,
    onCredentialEnded: auth.onCredentialEnded,
  });
  const outbound = createGuardedFetch(config.endpointAllow, options.resolveHost);
  const servers = createServersModule({ ...base, instances, version, outbound });
  const policies = createPoliciesModule({
    ...base,
    seed: config.policySeed,
    // Both are defined below: what waits for a decision stands on the policy, and a stricter one shortens its life.
    shortenLives: async (tx, { proposalHours, approvalHours, tokenMinutes }) => {
      await remediations.shortenLives(tx, proposalHours, approvalHours);
      await approvals.shortenTokenLives(tx, tokenMinutes);
    },
  });
  const assessments = createAssessmentsModule({ ...base, servers, wakeUp, instanceId });
  const remediations = createRemediationsModule({
    ...base,
    servers,
    assessments,
    policies,
    // Defined below: executions stand on remediations, and an expiring proposal ends its execution.
    dropExecution: (...args) => executions.drop(...args),
  });
  const approvals = createApprovalsModule({
    ...base,
    remediations,
    assessments,
    policies,
    stepUp: auth.stepUp,
    alerts,
    executionOf,
    prepareExecution: prepareExecution({
      newId,
      clock,
      executorOf: remediations.executorOf,
      complianceId: async (tx) => (await servers.linked('compliance', tx))[0],
    }),
  });
  const executions = createExecutionsModule({
    ...base,
    issuer: publicUrl.origin,
    wakeUp,
    servers,
    remediations,
    assessments,
    approvals,
    policies,
    instanceId,
  });
  const monitoring = createMonitoringModule({
    ...base,
    dataDir,
    retentionDays: config.retention.metricsDays,
    serverFigures: servers.figures,
    domainFigures: createDomainFigures({ db, clock, remediations, executions, approvals, audit }),
    process: options.process,
    instance: instanceId,
    outbound,
    mailServer: config.mailServer,
  });

  const refusalAudit = createRefusalAudit({ clock, appendAudit: audit.appendAudit });
  const checkCredential: typeof auth.authenticate = async (given) => {
    const checked = await auth.authenticate(given);
    return checked.ok ? accept(await policies.withBreakGlass(checked.value)) : checked;
  };
  let draining = false;
  const missing = createReadiness(db, () => draining, audit.lagSeconds);
  /** Where another instance is there to go to, everyone is given the time to notice that this one stops. */
  const leave = async (): Promise<void> => {
    await instances.drain().catch((error: unknown) => log.warn({ err: error }, 'the others were not told'));
    if (instances.hasOthers()) await pause(config.drainSeconds * 1000);
  };
  const redis = config.redisUrl === null ? undefined : openRedis(config.redisUrl, log);
  const rateLimit = createRateLimit(config.limits.requestsPerMinute, instances.requestCounts, redis);
  const app: FastifyInstance = await createApp({
    log,
    publicUrl,
    version,
    tls: config.tls,
    trustProxy: config.trustProxy,
    rateLimit,
    dashboardDir: options.dashboardDir ?? DASHBOARD_DIR,
    handlers: {
      ...auth.handlers,
      ...servers.handlers,
      ...assessments.handlers,
      ...remediations.handlers,
      ...approvals.handlers,
      ...executions.handlers,
      ...policies.handlers,
      ...audit.handlers,
      ...monitoring.handlers,
    },
    checkCredential,
    idempotency: createIdempotency({ db, clock }),
    refusalAudit,
    observeRequest: monitoring.observeRequest,
    addRootRoutes: (instance) => {
      addRootRoutes(instance, {
        authenticate: createAuthenticate(checkCredential, publicUrl),
        missing,
        jwks: keys.grants.published,
        prometheus: monitoring.prometheus,
        metricsToken: config.metricsToken,
      });
      instances.addRoutes(instance, {
        answer: servers.answerHop,
        onRefused: (refused) => refusalAudit.record({ ...refused, route: 'hop', caller: ANONYMOUS, target: 'hop' }),
      });
    },
  });
  const upgrades = takeUpgrades(app.server, {
    log,
    publicUrl,
    trustProxy: config.trustProxy,
    rateLimit,
    checkCredential,
    refusalAudit,
    acceptEvents: realtime.accept,
    acceptLink: (socket, { serverId, serverKind: kind, keyId, actor }) =>
      void servers.acceptLink(socket, { serverId, kind, keyId, actor }),
  });
  auth.onKeyRevoked(servers.cutKey);

  return {
    app,
    auth,
    audit,
    realtime,
    servers,
    policies,
    remediations,
    monitoring,
    instanceId,
    signingKeys,
    keysInUse: keys,
    /** Does what a command beside the database asked for. */
    operate: ({ operator, request }: OperationCall) =>
      runOperation({ ...base, database, config, operator, keptEncryptionKey, ...bcryptCost }, request),
    /** Everything that works by itself; the embedded database has no other process beside this one. */
    start: async (): Promise<void> => {
      await signingKeys.start();
      await policies.start();
      await auth.start();
      await instances.start(alone);
      await servers.start();
      await audit.start();
      await realtime.start();
      await jobs.start({ assessment: assessments.run, execution: executions.run });
      instances.onGone(assessments.resume);
      instances.onGone(() => executions.resume(false));
      await assessments.resume();
      await executions.resume(alone);
      remediations.start();
      executions.start();
      await monitoring.start();
    },
    /** Listens, and tells the other instances where. */
    listen: async (host: string, port: number): Promise<string> => {
      const address = await app.listen({ host, port });
      await instances.announce(config.instanceUrl ?? address);
      return address;
    },
    /** Lets what is under way finish, then closes everything but the database. */
    stop: async (): Promise<void> => {
      draining = true;
      await leave();
      policies.stop();
      remediations.stop();
      executions.stop();
      assessments.stop();
      await monitoring.stop();
      await jobs.stop();
      await servers.stop();
      await outbound.close();
      upgrades.close();
      await realtime.stop();
      await closeApp(app);
      redis?.disconnect();
      await refusalAudit.stop();
      await auth.stop();
      await signingKeys.stop();
      await audit.stop();
      await instances.stop();
    },
  };
}
export type Coordinator = Awaited<ReturnType<typeof compose>>;
