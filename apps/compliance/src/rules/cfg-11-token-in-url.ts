import { parseUrl } from '../launch/loopback.ts';
import { OWASP } from './owasp.ts';
import { found, type Hit, type Rule, type Subject } from './rule.ts';

const TELLING =
  /^(?:access[_-]?token|id[_-]?token|refresh[_-]?token|token|auth|authorization|api[_-]?key|apikey|key|secret|client[_-]?secret|password|passwd|pwd|session|session[_-]?id|sid|jwt|sig|signature|pat|bearer|code|credential)s?$/i;
const REFERENCE = /^(?:\$\{[^}]*\}|\{[^}]*\}|\$\w+|%\w+%|<[^>]*>|your[-_ ].*|)$/i;
/** Hosted connectors that put the secret into the path: a long random segment. */
const RANDOM_SEGMENT = /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_-]{32,}$/;

export const tokenInUrl: Rule = {
  id: 'CFG-11',
  issue: 'token_in_url',
  severity: 'high',
  title: 'A token or session id stands in a URL',
  meaning:
    'URLs are written to logs, histories and error messages at every station on the way; a token in one is a token in all of them.',
  fix: {
    text: 'Send the token in a header, as a reference to the secret store, and replace the one that stood here.',
    actionable: false,
  },
  references: [OWASP.secrets, 'CWE-598'],
  check: (subject) => found(places(subject).flatMap((place) => judge(place, subject))),
};

function places({ server }: Subject): { text: string; pointer: string }[] {
  const { url, args = [] } = server.launch;
  const inArguments = args.flatMap((text, index) =>
    /^(?:https?|wss?):\/\//i.test(text) ? [{ text, pointer: `/args/${index}` }] : [],
  );
  return url === undefined ? inArguments : [{ text: url, pointer: '/url' }, ...inArguments];
}

function judge({ text, pointer }: { text: string; pointer: string }, { server }: Subject): Hit[] {
  const url = parseUrl(text);
  if (url === undefined) return [];
  const location = { path: server.path, pointer };
  const named = [...url.searchParams]
    .filter(([name, value]) => TELLING.test(name) && !REFERENCE.test(value))
    .map(([name]) => name);
  if (named.length > 0) return [{ location, evidence: `the parameter ${named.join(', ')} of ${withoutValues(url)}` }];
  if (url.password !== '')
    return [{ location, evidence: `user name and password before the host of ${withoutValues(url)}` }];
  const observed = server.observations.some(
    (seen) =>
      seen.pointer === pointer && !seen.isReference && (seen.kind === 'url_credential' || seen.kind === 'secret'),
  );
  const inPath = url.pathname.split('/').some((segment) => RANDOM_SEGMENT.test(segment));
  return observed || inPath ? [{ location, evidence: `a secret inside ${url.protocol}//${url.host}/…` }] : [];
}

const withoutValues = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;
