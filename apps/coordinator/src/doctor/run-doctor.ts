import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import { type DataFolder, holderOf } from '../data-folder.ts';
import { migrate } from '../db/migrate.ts';
import type { OperationAnswer } from '../operations/operations.ts';
import { createEncryptionKeys } from '../secrets/encryption-keys.ts';
import { DatabaseUnavailableError, openPrepared, startDatabase } from '../start-database.ts';
import { examineDatabase } from './examine-database.ts';
import { examineDisk, examinePort, examineProcess } from './examine-machine.ts';
import { examinePermissions, examineStrength, examineTls } from './examine-secrets.ts';
import { EXAMINED, type Finding, fault, fine, fixed, unknown } from './finding.ts';

export interface DoctorDeps {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fix: boolean;
  readonly now: Date;
  readonly isAlive: (pid: number) => boolean;
  readonly freeBytes: (path: string) => number;
  readonly takeFolder: (config: Config) => Promise<DataFolder>;
  /** Asks the coordinator at work on a data folder; nothing when there is none. */
  readonly askRunning: (dataDir: string) => Promise<OperationAnswer | undefined>;
}

const examinedSchema = z.object({ findings: z.array(z.custom<Finding>()) });

/** Looks at everything that keeps a coordinator from its work, in the order of {@link EXAMINED}; mends what it can mend safely where that is asked for. */
export async function runDoctor(deps: DoctorDeps): Promise<Finding[]> {
  const config = configOf(deps);
  if (!('dataDir' in config))
    return EXAMINED.map((what) =>
      what === 'configuration' ? config : unknown(what, 'The configuration comes first.'),
    );
  const dataDir = resolve(config.dataDir);
  const holder = holderOf(dataDir, deps.isAlive);
  const running = await deps.askRunning(dataDir);
  const atWork = running !== undefined;
  return [
    fine('configuration', 'Every variable has a value that it can have.'),
    examinePermissions(config, deps.fix),
    examineStrength(config),
    examineTls(config, deps.now),
    examineDisk(config, deps.freeBytes),
    examineProcess(config, holder, atWork),
    await examinePort(config, atWork),
    ...(running?.ok
      ? [fine('database', 'The coordinator at work has it open.'), ...examinedSchema.parse(running.value).findings]
      : await examineClosed(deps, config, holder !== undefined)),
  ];
}

function configOf({ environment }: DoctorDeps): Config | Finding {
  try {
    return loadConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return fault(
      'configuration',
      error.message,
      'Correct what is named, in the environment or in .env; README.md says what each variable takes.',
    );
  }
}

const OF_DATABASE = ['migrations', 'encryption_key', 'clock', 'links'] as const;
const unseen = (why: string): Finding[] => OF_DATABASE.map((what) => unknown(what, why));

async function examineClosed(deps: DoctorDeps, config: Config, held: boolean): Promise<Finding[]> {
  const embedded = config.database.kind === 'embedded';
  if (embedded && held)
    return [unknown('database', 'Another process has it.'), ...unseen('Another process has the database.')];
  if (embedded && !existsSync(join(config.dataDir, 'pgdata')))
    return [fine('database', 'The first start makes it.'), ...unseen('There is no database yet.')];
  const folder = await deps.takeFolder(config);
  try {
    return await examineOpened(deps, config, folder);
  } catch (error) {
    if (!(error instanceof DatabaseUnavailableError)) throw error;
    return [
      fault(
        'database',
        error.message,
        'Start PostgreSQL, or correct DB_HOST, DB_PORT, DB_USER and DB_PASSWORD (or DATABASE_URL); try it with psql.',
      ),
      ...unseen('The database is away.'),
    ];
  } finally {
    folder.release();
  }
}

async function examineOpened({ fix, now }: DoctorDeps, config: Config, folder: DataFolder): Promise<Finding[]> {
  const keys = encryptionKeys(config, folder);
  if (keys === undefined)
    return [
      fault(
        'encryption_key',
        'There is a database, and no encryption key for it.',
        'Bring secrets/encryption-key of DATA_DIR back from a backup of the keys. A start would make another one, which opens nothing.',
      ),
      ...['database', 'migrations', 'clock', 'links'].map((what) =>
        unknown(what as Finding['what'], 'The key comes first.'),
      ),
    ];
  const database = await openPrepared(config, folder.path);
  const encryption = createEncryptionKeys(keys);
  const look = () => examineDatabase({ db: database.db, encryption, now, kind: database.kind });
  try {
    const findings = await look();
    const here = fine('database', 'The database answers.');
    const behind = findings.some(({ what, state }) => what === 'migrations' && state === 'fault');
    if (!fix || !behind) return [here, ...findings];
    if (database.kind === 'embedded') await migrate(database.db);
    else await (await startDatabase(config, folder.path)).database.close();
    return [
      here,
      ...(await look()).map((one) => (one.what === 'migrations' ? fixed('migrations', 'They were run.') : one)),
    ];
  } finally {
    await database.close();
  }
}

/** As a start has them, but that nothing is made which is not there. */
function encryptionKeys({ secrets }: Config, folder: DataFolder): [string, ...string[]] | undefined {
  if (secrets.encryption !== undefined) return [secrets.encryption, ...secrets.previousEncryption];
  if (!existsSync(join(folder.path, 'secrets', 'encryption-key'))) return undefined;
  return [...folder.secret('encryption-key').read(), ...secrets.previousEncryption];
}
