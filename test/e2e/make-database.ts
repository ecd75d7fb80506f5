import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { findPostgresFolder } from '../../scripts/bootstrap/find-programs.mjs';

export interface ExternalDatabase {
  readonly name: string;
  /** What the coordinator is told of it, with the secrets that it then asks for. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs one of PostgreSQL's programs as the coordinator's own user; answers what it prints. */
  client(program: 'psql' | 'pg_dump', args: readonly string[]): string;
  drop(): void;
}

const programIn = (program: string): string => join(findPostgresFolder() ?? '', program);

/** A database and a user as the documentation has them made: rights on the database, none on its schema `public`. */
export function makeDatabase(superuserUrl: string, name: string, user: string, password: string): ExternalDatabase {
  const url = new URL(superuserUrl);
  const asSuperuser = (...statements: string[]) =>
    execFileSync(
      programIn('psql'),
      [superuserUrl, '-v', 'ON_ERROR_STOP=1', '-q', ...statements.flatMap((statement) => ['-c', statement])],
      { encoding: 'utf8', env: { ...process.env, PGOPTIONS: '-c client_min_messages=warning' } },
    );
  const drop = () => asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE);`, `DROP ROLE IF EXISTS ${user};`);
  drop();
  asSuperuser(
    `CREATE DATABASE ${name};`,
    `CREATE USER ${user} WITH PASSWORD '${password}';`,
    `GRANT ALL PRIVILEGES ON DATABASE ${name} TO ${user};`,
  );
  const secret = () => randomBytes(32).toString('base64url');
  return {
    name,
    env: {
      DB_HOST: url.hostname,
      DB_PORT: url.port,
      DB_DATABASE: name,
      DB_USER: user,
      DB_PASSWORD: password,
      JWT_SECRET: secret(),
      SESSION_SECRET: secret(),
      ENCRYPTION_KEY: secret(),
    },
    client: (program, args) =>
      execFileSync(programIn(program), args, {
        encoding: 'utf8',
        maxBuffer: 256 * 1024 * 1024,
        env: { ...process.env, PGHOST: url.hostname, PGPORT: url.port, PGPASSWORD: password },
      }),
    drop,
  };
}
