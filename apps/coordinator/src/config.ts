import { isAbsolute, join } from 'node:path';
import { type OtlpTarget, otlpTarget } from '@mcp-coordinator/telemetry/otlp-target';
import { z } from 'zod';
import { allowListOf, flag, integer, isProxyList, secret, secrets, text } from './config-values.ts';
import { LOG_LEVELS } from './log.ts';
import type { AllowList } from './outbound/allow-list.ts';

/** Everything the environment can say, checked once at the start; a wrong value names its variable. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: URL;
  /** Where the other instances reach this one; where it listens when not given. */
  readonly instanceUrl: string | null;
  /** How long an instance that stops goes on answering, so that the proxy before it has noticed. */
  readonly drainSeconds: number;
  readonly tls: { certFile: string; keyFile: string } | null;
  readonly trustProxy: string | null;
  readonly dataDir: string;
  readonly backupDir: string;
  /** Where programs of the system are looked for. */
  readonly programPath: string;
  /** The variables as they were given, for whoever keeps a copy of the configuration. */
  readonly given: Readonly<Record<string, string>>;
  readonly database:
    | { kind: 'embedded' }
    | {
        kind: 'postgres';
        connectionString: string;
        poolMax: number;
        /** Who owns the tables and migrates them, where that is another role. */
        owner: string | null;
      };
  /** Where instances count requests together. */
  readonly redisUrl: string | null;
  readonly secrets: {
    jwt?: string | undefined;
    session?: string | undefined;
    encryption?: string | undefined;
    /** Former encryption keys, which only open. */
    previousEncryption: readonly string[];
  };
  readonly grantSigningKeyFile: string | null;
  readonly auditSigningKeyFile: string | null;
  readonly audit: {
    trustedKeysFile: string | null;
    /** What stands in that file: verifier keys, newest first. */
    formerKeys: readonly string[];
    retention: { days: number; archiveDir: string };
    witnesses: { url?: URL | undefined; key?: string | undefined; file?: string | undefined };
  };
  readonly admin: { username: string; password?: string | undefined };
  readonly log: { level: string; filePath: string; rotation: { bytesMax: number; kept: number } };
  readonly retention: { metricsDays: number };
  /** For the first version of the approval policy alone. */
  readonly policySeed: {
    quorum: number;
    quorumCritical: number;
    secondPerson: boolean;
    proposalHours: number;
    approvalHours: number;
  };
  readonly limits: { requestsPerMinute: number; loginsPerMinute: number };
  readonly endpointAllow: AllowList;
  readonly metricsToken: string | null;
  readonly mailServer: { url: string; from: string } | null;
  readonly otlp: OtlpTarget | null;
  /** Handed on to the local installer by `npm start`. */
  readonly local: {
    home?: string | undefined;
    workspace?: string | undefined;
    capture?: string | undefined;
    approverKeys?: string | undefined;
  };
}

/** The start is refused: the message names the variable, what is wrong with it and what to do. */
export class ConfigError extends Error {}

const variables = z.object({
  HOST: z.string().min(1).default('localhost'),
  PORT: integer(0, 65_535, 3000),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DRAIN_SECONDS: integer(0, 300, 3),
  INSTANCE_URL: z.url({ protocol: /^https?$/ }).optional(),
  TLS_CERT_FILE: text,
  TLS_KEY_FILE: text,
  TRUST_PROXY: text.refine(
    (list) => list === undefined || isProxyList(list),
    'must be addresses or ranges, separated by commas',
  ),
  DATA_DIR: z.string().min(1).default('./data'),
  BACKUP_DIR: text,
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }).optional(),
  DB_HOST: text,
  DB_PORT: integer(1, 65_535, 5432),
  DB_DATABASE: z.string().min(1).default('mcp_integration'),
  DB_USER: z.string().min(1).default('mcp_user'),
  DB_PASSWORD: z.string().default(''),
  DB_MIGRATE_USER: text,
  DB_MIGRATE_PASSWORD: z.string().default(''),
  DB_POOL_MAX: integer(2, 500, 10),
  JWT_SECRET: secret,
  SESSION_SECRET: secret,
  ENCRYPTION_KEY: secret,
  ENCRYPTION_KEY_PREVIOUS: secrets,
  GRANT_SIGNING_KEY_FILE: text,
  AUDIT_SIGNING_KEY_FILE: text,
  AUDIT_TRUSTED_KEYS_FILE: text,
  AUDIT_ARCHIVE_DIR: text,
  AUDIT_WITNESS_URL: z.url({ protocol: /^https?$/ }).optional(),
  AUDIT_WITNESS_KEY: text,
  AUDIT_WITNESS_FILE: text,
  ADMIN_USERNAME: z.string().min(1).default('admin'),
  ADMIN_PASSWORD: text,
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  LOG_FILE_PATH: z.string().min(1).default('./logs/integration.log'),
  LOG_FILE_MB_MAX: integer(1, 10_000, 50),
  LOG_FILES_KEPT: integer(1, 100, 5),
  METRICS_RETENTION_DAYS: integer(1, 3650, 30),
  AUDIT_RETENTION_DAYS: integer(1, 36_500, 90),
  PROPOSAL_TTL_HOURS: integer(1, 8760, 72),
  APPROVAL_TTL_HOURS: integer(1, 8760, 24),
  APPROVAL_QUORUM: integer(1, 50, 1),
  APPROVAL_QUORUM_CRITICAL: z.coerce.number().int().min(1).max(50).optional(),
  APPROVAL_SECOND_PERSON: flag.optional(),
  RATE_LIMIT_PER_MINUTE: integer(1, 1_000_000, 600),
  LOGIN_LIMIT_PER_MINUTE: integer(1, 1_000_000, 120),
  SERVER_ENDPOINT_ALLOW: z.string().default('').transform(allowListOf),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }).optional(),
  SMTP_FROM: z.email().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: text,
  OTEL_EXPORTER_OTLP_HEADERS: text,
  METRICS_TOKEN: z.string().min(16, 'must have 16 characters or more').optional(),
  INSTALLER_HOME: text.refine((path) => path === undefined || isAbsolute(path), 'must be an absolute path'),
  INSTALLER_WORKSPACE: text,
  INSTALLER_CAPTURE: z.enum(['on', 'off']).optional(),
  INSTALLER_APPROVER_KEYS: text,
});
type Variables = z.infer<typeof variables>;

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** Empty values count as absent, as in a copied `.env.example`. */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The environment is not valid; nothing was started.\n  ${lines.join('\n  ')}`);
  }
  const env = parsed.data;
  refuseContradictions(env);
  const known = Object.entries(given).filter(([name]) => name in variables.shape) as [string, string][];
  return Object.freeze({
    ...toConfig(env),
    otlp: otlpTarget(given),
    given: Object.fromEntries(known),
    programPath: given['PATH'] ?? '',
  });
}

function refuseContradictions(env: Variables): void {
  if ((env.SMTP_URL === undefined) !== (env.SMTP_FROM === undefined)) {
    throw new ConfigError('SMTP_URL and SMTP_FROM belong together; set both or none. Nothing was started.');
  }
  if ((env.TLS_CERT_FILE === undefined) !== (env.TLS_KEY_FILE === undefined)) {
    throw new ConfigError('TLS_CERT_FILE and TLS_KEY_FILE belong together; set both or none. Nothing was started.');
  }
  if (!isLoopback(env.HOST) && !env.TLS_CERT_FILE && !env.TRUST_PROXY) {
    throw new ConfigError(
      `HOST is ${env.HOST}, which others can reach, and there is no TLS. Nothing was started. Set TLS_CERT_FILE and TLS_KEY_FILE, or TRUST_PROXY when a proxy ends TLS before it, or use HOST=localhost.`,
    );
  }
  if (!isExternal(env)) return;
  const missing = (['JWT_SECRET', 'SESSION_SECRET', 'ENCRYPTION_KEY'] as const).filter(
    (name) => env[name] === undefined,
  );
  if (missing.length > 0) {
    throw new ConfigError(
      `${missing.join(', ')} must be set, 32 characters or more each, since the database is an external one that several instances may share. Nothing was started. Make one with: openssl rand -base64 32`,
    );
  }
}

const isExternal = (env: Variables): boolean => env.DATABASE_URL !== undefined || env.DB_HOST !== undefined;

/** The name under which what listens there can be reached from this machine. */
function reachableName(host: string): string {
  if (isLoopback(host) || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function databaseOf(env: Variables): Config['database'] {
  if (!isExternal(env)) return { kind: 'embedded' };
  const url = new URL('postgresql://localhost');
  url.hostname = env.DB_HOST ?? 'localhost';
  url.port = String(env.DB_PORT);
  url.pathname = `/${env.DB_DATABASE}`;
  url.username = encodeURIComponent(env.DB_USER);
  url.password = encodeURIComponent(env.DB_PASSWORD);
  const connectionString = env.DATABASE_URL ?? url.href;
  return { kind: 'postgres', connectionString, poolMax: env.DB_POOL_MAX, owner: ownerUrl(env, connectionString) };
}

function ownerUrl(env: Variables, connectionString: string): string | null {
  if (env.DB_MIGRATE_USER === undefined) return null;
  const url = new URL(connectionString);
  url.username = encodeURIComponent(env.DB_MIGRATE_USER);
  url.password = encodeURIComponent(env.DB_MIGRATE_PASSWORD);
  return url.href;
}

const auditOf = (env: Variables): Config['audit'] => ({
  trustedKeysFile: env.AUDIT_TRUSTED_KEYS_FILE ?? null,
  formerKeys: [],
  retention: {
    days: env.AUDIT_RETENTION_DAYS,
    archiveDir: env.AUDIT_ARCHIVE_DIR ?? join(env.DATA_DIR, 'audit-archive'),
  },
  witnesses: {
    url: env.AUDIT_WITNESS_URL === undefined ? undefined : new URL(env.AUDIT_WITNESS_URL),
    key: env.AUDIT_WITNESS_KEY,
    file: env.AUDIT_WITNESS_FILE,
  },
});

function toConfig(env: Variables): Omit<Config, 'given' | 'otlp' | 'programPath'> {
  const scheme = env.TLS_CERT_FILE ? 'https' : 'http';
  return {
    host: env.HOST,
    port: env.PORT,
    publicUrl: new URL(env.PUBLIC_URL ?? `${scheme}://${reachableName(env.HOST)}:${env.PORT}`),
    instanceUrl: env.INSTANCE_URL ?? null,
    drainSeconds: env.DRAIN_SECONDS,
    tls: env.TLS_CERT_FILE && env.TLS_KEY_FILE ? { certFile: env.TLS_CERT_FILE, keyFile: env.TLS_KEY_FILE } : null,
    trustProxy: env.TRUST_PROXY ?? null,
    dataDir: env.DATA_DIR,
    backupDir: env.BACKUP_DIR ?? join(env.DATA_DIR, 'backups'),
    database: databaseOf(env),
    secrets: {
      jwt: env.JWT_SECRET,
      session: env.SESSION_SECRET,
      encryption: env.ENCRYPTION_KEY,
      previousEncryption: env.ENCRYPTION_KEY_PREVIOUS,
    },
    grantSigningKeyFile: env.GRANT_SIGNING_KEY_FILE ?? null,
    auditSigningKeyFile: env.AUDIT_SIGNING_KEY_FILE ?? null,
    audit: auditOf(env),
    admin: { username: env.ADMIN_USERNAME, password: env.ADMIN_PASSWORD },
    log: {
      level: env.LOG_LEVEL,
      filePath: env.LOG_FILE_PATH,
      rotation: { bytesMax: env.LOG_FILE_MB_MAX * 1_000_000, kept: env.LOG_FILES_KEPT },
    },
    retention: { metricsDays: env.METRICS_RETENTION_DAYS },
    policySeed: {
      quorum: env.APPROVAL_QUORUM,
      quorumCritical: env.APPROVAL_QUORUM_CRITICAL ?? env.APPROVAL_QUORUM,
      secondPerson: env.APPROVAL_SECOND_PERSON ?? isExternal(env),
      proposalHours: env.PROPOSAL_TTL_HOURS,
      approvalHours: env.APPROVAL_TTL_HOURS,
    },
    redisUrl: env.REDIS_URL ?? null,
    limits: { requestsPerMinute: env.RATE_LIMIT_PER_MINUTE, loginsPerMinute: env.LOGIN_LIMIT_PER_MINUTE },
    endpointAllow: env.SERVER_ENDPOINT_ALLOW,
    metricsToken: env.METRICS_TOKEN ?? null,
    mailServer: env.SMTP_URL && env.SMTP_FROM ? { url: env.SMTP_URL, from: env.SMTP_FROM } : null,
    local: {
      home: env.INSTALLER_HOME,
      workspace: env.INSTALLER_WORKSPACE,
      capture: env.INSTALLER_CAPTURE,
      approverKeys: env.INSTALLER_APPROVER_KEYS,
    },
  };
}
