import { join } from 'node:path';
import { ensureDashboard } from '../../scripts/bootstrap/build-dashboard.mjs';
import { allHealthy, signIn } from './people.ts';
import { ADMIN_PASSWORD, makePlace, startSystem as startWhole } from './start-system.ts';

export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export interface System {
  readonly url: string;
  readonly adminPassword: string;
  /** The folder whose client configurations the installer manages. */
  readonly home: string;
  /** What it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/**
 * A whole system as `npm start` runs it: coordinator, installer and compliance server, on an embedded database, with a home
 * folder of its own that holds what `filesIn` gives (by path in it).
 */
export async function startSystem(filesIn: (home: string) => Readonly<Record<string, string>>): Promise<System> {
  await ensureDashboard();
  const place = makePlace();
  for (const [path, text] of Object.entries(filesIn(place.home))) place.write(join('~', path), text);
  const system = await startWhole(place);
  const stop = async () => {
    await system.stop();
    await system.crash();
    place.remove();
  };
  const url = `http://localhost:${system.port}`;
  try {
    // The installer and the compliance server link up shortly after the coordinator is ready.
    await allHealthy(await signIn(url));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, adminPassword: ADMIN_PASSWORD, home: place.home, output: () => system.output(), stop };
}
