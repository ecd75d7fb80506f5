import { isLoopback, parseUrl } from '../launch/loopback.ts';
import { unwrapCommand } from '../launch/unwrap-command.ts';
import { OWASP } from './owasp.ts';
import { found, type Hit, type Rule, type Subject } from './rule.ts';

/** Programs whose argument is the address of the real server. */
const BRIDGES = /^(?:mcp-remote|supergateway|mcp-proxy|@modelcontextprotocol\/inspector|mcp-remote-client)$/;

export const plainHttp: Rule = {
  id: 'CFG-02',
  issue: 'plain_http',
  severity: 'high',
  title: 'The server is reached over plain http',
  meaning:
    'Everything between client and server, credentials and results included, can be read and changed on the way. What is changed there, the model takes for the answer of the server.',
  fix: {
    text: 'Use the https address of the server, or reach it through a tunnel that ends on this machine.',
    actionable: false,
  },
  references: [OWASP.authentication, 'CWE-319'],
  check(subject) {
    const hits = addresses(subject).filter(({ value }) => isPlainHttp(value));
    return found(
      hits.map(({ value, pointer }): Hit => ({ location: { path: subject.server.path, pointer }, evidence: value })),
    );
  },
};

function addresses({ server, package: pkg }: Subject): { value: string; pointer: string }[] {
  const places = server.launch.url === undefined ? [] : [{ value: server.launch.url, pointer: '/url' }];
  const program = unwrapCommand(server.launch)?.program ?? '';
  if (!BRIDGES.test(pkg?.name ?? '') && !BRIDGES.test(program)) return places;
  return [...places, ...(pkg?.rest ?? unwrapCommand(server.launch)?.args ?? [])];
}

function isPlainHttp(text: string): boolean {
  const url = parseUrl(text);
  return (url?.protocol === 'http:' || url?.protocol === 'ws:') && !isLoopback(url.hostname);
}
