import { broadness, covers } from '../launch/broad-path.ts';
import { unwrapCommand } from '../launch/unwrap-command.ts';
import { OWASP } from './owasp.ts';
import { found, type Hit, type Rule, type Subject } from './rule.ts';

/** A variable that hands folders to a server; HOME, PATH and their like only tell it where it is. */
const FOLDER_NAME =
  /(?:^|_)(?:ALLOWED?|ROOTS?|DIR|DIRS|DIRECTORY|DIRECTORIES|PATHS?|FOLDERS?|WORKSPACES?|VAULT|BASE)(?:_|$)/i;
const OWN_PLACE =
  /^(?:HOME|PATH|USERPROFILE|PWD|TMPDIR|TEMP|TMP|NODE_PATH|PYTHONPATH|LD_LIBRARY_PATH|APPDATA|LOCALAPPDATA|XDG_\w+|NVM_DIR|\w*_BIN_PATH|\w*CACHE\w*|\w*CONFIG\w*|\w*LOG\w*)$/i;
/** Flags whose value is where the program lives or runs, not what it may reach. */
const NO_ACCESS_FLAG =
  /^--?(?:prefix|cache(?:-dir)?|config|socket|python|node-path|log(?:-?(?:file|dir))?|userconfig|registry|executable-path|browser|env-file|p|H|host|port|base-?(?:url|path)|url)$/i;

interface Place {
  readonly path: string;
  readonly pointer: string;
}

export const broadFileAccess: Rule = {
  id: 'CFG-06',
  issue: 'broad_file_access',
  severity: 'high',
  title: 'The server may reach too many files',
  meaning:
    'A model that was misled, or a server that is not what it seems, reaches everything below this folder: keys, browser profiles, other projects, the configuration that decides what starts next.',
  fix: { text: 'Name the folder of the project, or several of them, instead.', actionable: false },
  references: [OWASP.scope, 'CWE-732', 'CWE-552'],
  check(subject) {
    const written = places(subject).flatMap((place) => judge(place, subject));
    const seen = new Set(written.map(({ location }) => location?.pointer));
    // Where what is written leads, as the machine says that it stands on.
    const led = (subject.server.reaches ?? []).flatMap((place) =>
      seen.has(place.pointer) ? [] : reachesOwn(place, subject),
    );
    return found([...written, ...led]);
  },
};

/** Data that decide about every change: the coordinator's, and those of the installer on the entry's machine. */
function reachesOwn({ path, pointer }: Place, { server, protectedPaths, own }: Subject): Hit[] {
  if (!isAbsolute(path) || (own && covers(own.programs, path))) return [];
  const kept = [...protectedPaths.map((data) => ['coordinator', data]), ...(own ? [['installer', own.data]] : [])];
  const hit = kept.find(([, data = '']) => covers(path, data) || covers(data, path));
  if (hit === undefined) return [];
  const evidence = `${path} gives access to the ${hit[0]}'s own data in ${hit[1]}`;
  return [{ location: { path: server.path, pointer }, evidence, severity: 'critical' }];
}

function judge(place: Place, subject: Subject): Hit[] {
  const { path, pointer } = place;
  const { server } = subject;
  const own = reachesOwn(place, subject);
  if (own.length > 0) return own;
  const location = { path: server.path, pointer };
  const broad = broadness(path);
  if (broad !== undefined) return [{ location, evidence: `${path} is ${broad}` }];
  // The user's own configuration decides what starts: a server that may write it installs servers.
  const coversConfiguration = server.scope === 'user' && isAbsolute(path) && covers(path, server.path);
  return coversConfiguration
    ? [{ location, evidence: `${path} gives access to the configuration in ${server.path}` }]
    : [];
}

const isAbsolute = (path: string): boolean => /^(?:\/|[A-Za-z]:[\\/])/.test(path);

function places(subject: Subject): Place[] {
  return [...argumentPlaces(subject), ...variablePlaces(subject)];
}

function argumentPlaces({ server, package: pkg }: Subject): Place[] {
  // Arguments of a container are paths inside it; what it may reach outside is CFG-05's matter.
  if (pkg?.registry === 'oci') return [];
  const invocation = unwrapCommand(server.launch);
  const args = pkg?.rest ?? invocation?.args ?? [];
  return args.flatMap(({ value, pointer }, index) => {
    const before = args[index - 1]?.value ?? '';
    const flag = /^(--?[A-Za-z][\w-]*)=(.+)$/.exec(value);
    if (NO_ACCESS_FLAG.test(flag?.[1] ?? (before.startsWith('-') ? before : ''))) return [];
    return splitPaths(flag?.[2] ?? value).map((path) => ({ path, pointer }));
  });
}

function variablePlaces({ server }: Subject): Place[] {
  return Object.entries(server.launch.env ?? {}).flatMap(([name, value]) => {
    if (OWN_PLACE.test(name) || !FOLDER_NAME.test(name)) return [];
    return splitPaths(value).map((path) => ({ path, pointer: `/env/${name}` }));
  });
}

/** One path, or a list as variables hold it; the colon of a drive separates nothing, and a URL is no list. */
const splitPaths = (text: string): string[] =>
  text.length > 4096 || text.includes('://')
    ? []
    : text
        .split(/[,;]|(?<!^[A-Za-z]|[,;][A-Za-z]):(?=[/~]|[A-Za-z]:)/)
        .map((path) => path.trim())
        .filter((path) => path !== '');
