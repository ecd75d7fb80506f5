import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeExecutor } from '../compose.ts';
import { readConfig } from '../config.ts';
import { serveHttp } from '../serve-http.ts';
import { installerServer } from '../tools/installer-server.ts';
import { pageOf } from './conformance-page.ts';
import { baseline, INSPECTED, passedAll, scenariosIn } from './scenarios.ts';

const INSPECTOR = { name: '@modelcontextprotocol/inspector', version: '2.12.0' };
const SUITE = { name: '@modelcontextprotocol/conformance', version: '0.1.16' };
const PAGE = fileURLToPath(new URL('../../../../docs/conformance-installer.md', import.meta.url));
const BIN = fileURLToPath(new URL('../../bin/mcp-installer.mjs', import.meta.url));
const TOKEN = 'a-token-for-one-run-of-the-official-tools';
const FETCH_MS_MAX = 300_000;
const RUN_MS_MAX = 60_000;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
const tool = ({ name }: { name: string }, path: string): string => join(folder, 'node_modules', name, path);

interface Ran {
  readonly code: number;
  readonly text: string;
}
const run = (command: string, args: readonly string[], msMax: number): Promise<Ran> =>
  new Promise((resolve) => {
    const limits = { cwd: folder, timeout: msMax, maxBuffer: 64 * 1024 * 1024 };
    execFile(command, args, { ...limits, env: { ...process.env, NO_COLOR: '1' } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1) || 1, text: `${stdout}${stderr}` }),
    );
  });
const node = (args: readonly string[]): Promise<Ran> => run(process.execPath, args, RUN_MS_MAX);

/** The suite knows of no tokens, so its requests get ours on the way; all else, host and origin too, passes as it is. */
async function withToken(port: number): Promise<{ url: string; close: () => void }> {
  const server = createServer((incoming, response) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${TOKEN}` };
    const to = { host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers };
    const onward = request(to, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, close };
}

/** A home with one server in it, which is not started. */
function settings(): Record<string, string> {
  const home = join(folder, 'home');
  mkdirSync(join(home, '.cursor'), { recursive: true });
  writeFileSync(join(home, '.cursor', 'mcp.json'), '{"mcpServers":{"docs":{"command":"node","args":["docs.js"]}}}\n');
  return { INSTALLER_HOME: home, INSTALLER_WORKSPACE: home, INSTALLER_CAPTURE: 'off' };
}

async function inspect(target: readonly string[]): Promise<{ asked: string; passed: boolean }[]> {
  const answers = [];
  for (const { words, holds } of INSPECTED) {
    const entry = tool(INSPECTOR, 'clients/launcher/build/index.js');
    const { code, text } = await node([entry, '--cli', ...target, ...words]);
    const passed = code === 0 && text.includes(holds);
    if (!passed) say(`${words.join(' ')}: code ${code}\n${text.slice(-2000)}`);
    answers.push({ asked: words.filter((word) => word !== '--method').join(' '), passed });
  }
  return answers;
}

try {
  say('fetching the official tools');
  const specs = [INSPECTOR, SUITE].map(({ name, version }) => `${name}@${version}`);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const fetched = await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...specs], FETCH_MS_MAX);
  if (fetched.code !== 0) throw new Error(`the tools could not be fetched: ${fetched.text.slice(-2000)}`);
  const environment = settings();
  const facts = {
    environment: process.env,
    platform: process.platform,
    userId: null,
    launcher: [process.execPath, BIN],
  };
  const executor = await composeExecutor(readConfig(environment, folder), facts);
  const serving = await serveHttp({
    makeServer: () => installerServer(executor, { verifyGrant: null, propose: null }),
    ...{ token: TOKEN, host: '127.0.0.1', port: 0, onError: (error: Error) => say(error.message) },
  });
  const proxy = await withToken(Number(new URL(serving.url).port));
  const variables = Object.entries(environment).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const stdio = await inspect([...variables, process.execPath, BIN, 'stdio']);
  const http = await inspect(['--transport', 'http', '--server-url', proxy.url]);
  const known = join(folder, 'expected.yml');
  writeFileSync(known, baseline());
  const options = ['--url', proxy.url, '--suite', 'all', '--expected-failures', known];
  const suite = await node([tool(SUITE, 'dist/index.js'), 'server', ...options]);
  const scenarios = scenariosIn(suite.text);
  proxy.close();
  await serving.close();
  writeFileSync(PAGE, pageOf({ inspector: INSPECTOR, suite: SUITE, stdio, http, scenarios }));
  const passed = suite.code === 0 && passedAll(scenarios) && [...stdio, ...http].every((one) => one.passed);
  if (suite.code !== 0) say(suite.text.slice(-3000));
  say(passed ? 'everything that is a demand on this server passed' : 'something did not pass');
  process.exitCode = passed ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
