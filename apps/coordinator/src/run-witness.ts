import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { openWitness } from './modules/audit/audit.module.ts';
import type { Clock } from './runtime.ts';

export const WITNESS_USAGE = `Usage: coordinator witness --name NAME --state FOLDER --log KEY [--log KEY …] [--listen HOST:PORT]
  --name    of the witness in its cosignatures, such as witness.example.org
  --state   where it keeps its key, and what it has seen last of each log
  --log     the verifier key of a log, as GET /api/v1/audit/checkpoint shows it
  --listen  127.0.0.1:3100 by default
`;

export interface WitnessRun {
  readonly log: Logger;
  readonly clock: Clock;
  readonly say: (text: string) => void;
}

/** Serves a witness until it is stopped. Answers how to stop it, or nothing for a wrong use. */
export async function runWitness(
  { log, clock, say }: WitnessRun,
  flags: readonly string[],
): Promise<(() => Promise<void>) | undefined> {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      name: { type: 'string' },
      state: { type: 'string' },
      log: { type: 'string', multiple: true, default: [] },
      listen: { type: 'string', default: '127.0.0.1:3100' },
    },
  });
  const { name, state } = values;
  const place = /^(.+):(\d{1,5})$/.exec(values.listen);
  if (!name || !state || values.log.length === 0 || !place) {
    say(WITNESS_USAGE);
    return undefined;
  }
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const { server, verifierKey } = openWitness(state, {
    name,
    key: ownKey(join(state, 'witness-key.pem')),
    logs: values.log,
    clock,
    log,
  });
  const [, host, port] = place;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), host?.replace(/^\[|\]$/g, ''), resolve);
  });
  say(`Witness ${name} listens on ${values.listen}.\nAUDIT_WITNESS_KEY=${verifierKey}`);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

/** Made at the first start. */
function ownKey(path: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return privateKey;
}
