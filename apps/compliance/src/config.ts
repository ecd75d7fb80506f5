import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type CoordinatorAddress, readCoordinator } from '@mcp-coordinator/client/agent/read-coordinator';
import { idSchema } from '@mcp-coordinator/contract/fields';
import { type OtlpTarget, otlpTarget } from '@mcp-coordinator/telemetry/otlp-target';

/** The environment as the compliance server understands it; made once, never changed. */
export interface ComplianceConfig {
  /** Null when it works alone. */
  readonly coordinator: CoordinatorAddress | null;
  readonly complianceId: string;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly otlp: OtlpTarget | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that cannot be understood; the message names it. */
export class ConfigError extends Error {}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

export function readConfig(environment: Environment): ComplianceConfig {
  const dataDir = environment['COMPLIANCE_DATA_DIR'] || join(homedir(), '.local', 'share', 'mcp-compliance');
  if (!isAbsolute(dataDir)) throw new ConfigError('COMPLIANCE_DATA_DIR must be an absolute path');
  const complianceId = environment['COMPLIANCE_ID'] || 'compliance-server';
  if (!idSchema.safeParse(complianceId).success)
    throw new ConfigError('COMPLIANCE_ID must be 1–128 of A–Z a–z 0–9 . _ : @ - and begin with a letter or digit');
  const logLevel = (environment['LOG_LEVEL'] || 'info').toLowerCase();
  if (!LOG_LEVELS.includes(logLevel)) throw new ConfigError(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  return Object.freeze({
    coordinator: coordinatorOf(environment),
    complianceId,
    dataDir: resolve(dataDir),
    logLevel,
    otlp: otlpTarget(environment),
  });
}

function coordinatorOf(environment: Environment): CoordinatorAddress | null {
  const read = readCoordinator(environment, 'of kind compliance, made for this COMPLIANCE_ID');
  if ('problem' in read) throw new ConfigError(read.problem);
  return read.coordinator;
}
