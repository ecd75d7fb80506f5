// Started by a test, to die: a second instance that ends itself with SIGKILL at one statement of one transaction.
import pg from 'pg';
import { openDatabase } from '../db/open-database.ts';
import { systemClock } from '../runtime.ts';
import type { DeathPoint } from './kill-instance.ts';
import { composeSecond } from './second-coordinator.ts';

const [, , connectionString = '', dataDir = '', point = ''] = process.argv;
const { within, at, when } = JSON.parse(point) as DeathPoint;
const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** Whether the transaction that this connection is in is the one to die in. */
const isWithin = new WeakMap<object, boolean>();
const query = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown;
function queryUntilDeath(this: object, ...args: unknown[]): unknown {
  const [given] = args as [string | { text: string }];
  const text = typeof given === 'string' ? given : given.text;
  if (text === 'begin') isWithin.set(this, false);
  if (text.includes(within)) isWithin.set(this, true);
  const here = isWithin.get(this) === true && text.includes(at);
  if (here && when === 'before') die();
  const answer = query.apply(this, args);
  if (here && when === 'sent') die();
  // What the caller awaits comes after: nobody learns that it was done.
  if (here && when === 'done') return (answer as Promise<unknown>).then(die);
  return answer;
}
Object.assign(pg.Client.prototype, { query: queryUntilDeath });

const database = await openDatabase({ kind: 'postgres', connectionString, poolMax: 10 });
const coordinator = await composeSecond({ database, dataDir, clock: systemClock });
await coordinator.start();
process.stdout.write(`${await coordinator.listen('127.0.0.1', 0)}\n`);
