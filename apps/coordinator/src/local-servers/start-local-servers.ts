import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { AuthModule } from '../modules/auth/auth.module.ts';
import { childEnvironment } from './child-environment.ts';
import { type SupervisedChild, superviseChild } from './supervise-child.ts';

export interface LocalServersOptions {
  log: Logger;
  auth: Pick<AuthModule, 'provisionLocalKey'>;
  coordinatorUrl: string;
  dataDir: string;
  execPath: string;
  environment: Readonly<Record<string, string | undefined>>;
  installer: {
    home?: string | undefined;
    workspace?: string | undefined;
    capture?: string | undefined;
    approverKeys?: string | undefined;
  };
  logLevel: string;
  /** Tells this coordinator from others on the same database. */
  place: string | null;
}

export interface LocalServers {
  stop(): Promise<void>;
}

// Started as programs of their own, never imported: the three are independent.
const programOf = (app: string): string => fileURLToPath(new URL(`../../../${app}/src/main.ts`, import.meta.url));
const given = (variables: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** One installer and one compliance server on this machine, each with a key of its own made for this run. */
export async function startLocalServers(options: LocalServersOptions): Promise<LocalServers> {
  const { log, auth, dataDir, execPath, coordinatorUrl, installer, logLevel, place } = options;
  const inherited = childEnvironment(options.environment);
  const start = async (
    app: 'installer' | 'compliance',
    wishedId: string,
    variables: (folder: string, serverId: string) => Record<string, string | undefined>,
  ): Promise<SupervisedChild> => {
    const name = `local:${app}`;
    const { key, serverId } = await auth.provisionLocalKey({ name, kind: app, serverId: wishedId, place });
    const folder = join(dataDir, app);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const own = { COORDINATOR_URL: coordinatorUrl, COORDINATOR_API_KEY: key, LOG_LEVEL: logLevel };
    const env = { ...inherited, ...own, ...given(variables(folder, serverId)) };
    return superviseChild(
      { name: app, command: execPath, args: [programOf(app), 'serve', '--exit-with-parent'], env },
      log,
    );
  };
  const children = await Promise.all([
    start('installer', 'generic-mcp-installer', (folder, serverId) => ({
      INSTALLER_ID: serverId,
      INSTALLER_DATA_DIR: folder,
      INSTALLER_HOME: installer.home,
      INSTALLER_WORKSPACE: installer.workspace,
      INSTALLER_CAPTURE: installer.capture,
      INSTALLER_APPROVER_KEYS: installer.approverKeys,
    })),
    start('compliance', 'compliance-server', (folder, serverId) => ({
      COMPLIANCE_ID: serverId,
      COMPLIANCE_DATA_DIR: folder,
    })),
  ]);
  return {
    stop: async () => {
      await Promise.all(children.map((child) => child.stop()));
    },
  };
}
