import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP road to a port that the test can cut: whoever is on it loses the connection without a farewell. */
export interface CutRoad {
  readonly port: number;
  cut(): void;
  close(): Promise<void>;
}

export async function openRoadTo(port: number): Promise<CutRoad> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    keep(near, far);
    keep(far, near);
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    ...{ port: address.port, cut },
    close: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
