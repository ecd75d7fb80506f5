import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { sha256Hex } from '../runtime.ts';
import type { OperationAnswer } from './operations.ts';

/** Who runs a command, and which. */
export interface OperationCall {
  readonly operator: string;
  readonly request: unknown;
}
interface Door {
  port: number;
  token: string;
}

const FILE = 'control.json';
const TOKEN_BYTES = 32;
const BODY_BYTES_MAX = 64 * 1024;
/** As long as wrapping everything anew may take. */
const ANSWER_WITHIN_MS = 600_000;

/**
 * How commands reach a coordinator at work: a port on loopback, whose number and token stand in the data folder for its
 * owner alone. Whoever can read that file can read the encryption key beside it too; nobody else gets in, from any machine.
 */
export async function openControl(
  { dataDir, log }: { dataDir: string; log: Logger },
  run: (call: OperationCall) => Promise<OperationAnswer>,
): Promise<{ close: () => Promise<void> }> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const server = createServer((request, response) => {
    answer(request, token, run).then(
      ({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      (error: unknown) => {
        log.error({ err: error }, 'a command failed');
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const door: Door = { port: (server.address() as AddressInfo).port, token };
  const file = join(dataDir, FILE);
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(door), { mode: 0o600, flag: 'wx' });
  return {
    close: async () => {
      if (readDoor(dataDir)?.token === token) rmSync(file, { force: true });
      await closeServer(server);
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await closed;
}

async function answer(
  request: IncomingMessage,
  token: string,
  run: (call: OperationCall) => Promise<OperationAnswer>,
): Promise<{ status: number; body: unknown }> {
  // Hashed first, so that the comparison takes the same time whatever was sent.
  const given = Buffer.from(sha256Hex(request.headers.authorization ?? ''));
  if (!timingSafeEqual(given, Buffer.from(sha256Hex(`Bearer ${token}`)))) return { status: 401, body: null };
  let text = '';
  for await (const chunk of request) {
    text += (chunk as Buffer).toString('utf8');
    if (text.length > BODY_BYTES_MAX) return { status: 413, body: null };
  }
  // Written by this program alone: who has the token may do all of it anyway.
  return { status: 200, body: await run(JSON.parse(text) as OperationCall) };
}

function readDoor(dataDir: string): Door | undefined {
  const file = join(dataDir, FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Door) : undefined;
}

/** Asks the coordinator at work on this data folder; nothing when there is none. */
export async function askRunning(dataDir: string, call: OperationCall): Promise<OperationAnswer | undefined> {
  const door = readDoor(dataDir);
  if (!door) return undefined;
  let response: Response;
  try {
    response = await fetch(`http://127.0.0.1:${door.port}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${door.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch (error) {
    // What a killed coordinator left: nobody listens there.
    if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED') return undefined;
    throw error;
  }
  // Somebody else got the port since.
  if (response.status === 401 || response.status === 404) return undefined;
  if (!response.ok) {
    throw new Error(
      `The coordinator failed at the command (HTTP ${response.status}); whether anything was changed is not known. Its log says why.`,
    );
  }
  return (await response.json()) as OperationAnswer;
}
