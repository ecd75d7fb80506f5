import { once } from 'node:events';
import { createServer } from 'node:net';

/** Fails as listening on it would, before anything else has been touched. Port 0 is any free one. */
export async function requirePort(host: string, port: number): Promise<void> {
  const probe = createServer().listen({ host, port, exclusive: true });
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}
