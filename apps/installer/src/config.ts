import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { type CoordinatorAddress, readCoordinator } from '@mcp-coordinator/client/agent/read-coordinator';
import { idSchema } from '@mcp-coordinator/contract/fields';
import { type OtlpTarget, otlpTarget } from '@mcp-coordinator/telemetry/otlp-target';

/** The environment as the installer understands it; made once, never changed. */
export interface InstallerConfig {
  /** Null when the installer works alone. */
  readonly coordinator: CoordinatorAddress | null;
  readonly installerId: string;
  readonly home: string;
  readonly workspaces: readonly string[];
  /** Where managed configuration is read from, when that is asked for. */
  readonly managedRoot: string | null;
  readonly dataDir: string;
  readonly capture: boolean;
  /** The pinned approvers, as a path or as JSON; null where the coordinator's grant is enough. */
  readonly approverKeys: string | null;
  /** The bearer token of Streamable HTTP; null where none was given. */
  readonly httpToken: string | null;
  /** Where PyPI's JSON API and the MCP registry's API are asked. */
  readonly pypiUrl: string;
  readonly registryUrl: string;
  readonly logLevel: string;
  readonly otlp: OtlpTarget | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that cannot be understood; the message names it. */
export class ConfigError extends Error {}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

export function readConfig(environment: Environment, workingFolder: string): InstallerConfig {
  const home = absolute('INSTALLER_HOME', environment['INSTALLER_HOME'] || homedir());
  const workspaces = (environment['INSTALLER_WORKSPACE'] || workingFolder)
    .split(delimiter)
    .filter((folder) => folder !== '');
  return Object.freeze({
    coordinator: coordinatorOf(environment),
    installerId: idOf(environment['INSTALLER_ID'] || 'generic-mcp-installer'),
    home,
    workspaces: workspaces.map((folder) => resolve(workingFolder, folder)),
    managedRoot: environment['INSTALLER_MANAGED_ROOT']
      ? absolute('INSTALLER_MANAGED_ROOT', environment['INSTALLER_MANAGED_ROOT'])
      : null,
    dataDir: absolute(
      'INSTALLER_DATA_DIR',
      environment['INSTALLER_DATA_DIR'] || join(home, '.local', 'share', 'mcp-installer'),
    ),
    capture: oneOf('INSTALLER_CAPTURE', environment['INSTALLER_CAPTURE'] || 'on', ['on', 'off']) === 'on',
    approverKeys: environment['INSTALLER_APPROVER_KEYS'] || null,
    httpToken: tokenOf(environment['INSTALLER_HTTP_TOKEN'] || null),
    pypiUrl: webUrl('INSTALLER_PYPI_URL', environment['INSTALLER_PYPI_URL'] || 'https://pypi.org/'),
    registryUrl: webUrl(
      'INSTALLER_REGISTRY_URL',
      environment['INSTALLER_REGISTRY_URL'] || 'https://registry.modelcontextprotocol.io/',
    ),
    logLevel: oneOf('LOG_LEVEL', (environment['LOG_LEVEL'] || 'info').toLowerCase(), LOG_LEVELS),
    otlp: otlpTarget(environment),
  });
}

function coordinatorOf(environment: Environment): CoordinatorAddress | null {
  const read = readCoordinator(environment, 'of kind installer, made for this INSTALLER_ID');
  if ('problem' in read) throw new ConfigError(read.problem);
  return read.coordinator;
}

function idOf(text: string): string {
  if (!idSchema.safeParse(text).success)
    throw new ConfigError('INSTALLER_ID must be 1–128 of A–Z a–z 0–9 . _ : @ - and begin with a letter or digit');
  return text;
}

function webUrl(name: string, text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new ConfigError(`${name} must be an http or https URL`);
  return text;
}

const TOKEN_LENGTH_MIN = 32;

function tokenOf(token: string | null): string | null {
  if (token !== null && !/^[\x21-\x7e]+$/.test(token))
    throw new ConfigError('INSTALLER_HTTP_TOKEN must be printable ASCII without spaces');
  if (token !== null && token.length < TOKEN_LENGTH_MIN)
    throw new ConfigError(`INSTALLER_HTTP_TOKEN must have at least ${TOKEN_LENGTH_MIN} characters`);
  return token;
}

function absolute(name: string, path: string): string {
  if (!isAbsolute(path)) throw new ConfigError(`${name} must be an absolute path`);
  return resolve(path);
}

function oneOf(name: string, value: string, allowed: readonly string[]): string {
  if (!allowed.includes(value)) throw new ConfigError(`${name} must be one of ${allowed.join(', ')}`);
  return value;
}
