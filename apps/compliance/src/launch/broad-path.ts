/** A path compared on every system alike: forward slashes, no trailing one, drive letters in lower case. */
function comparablePath(path: string): string {
  const slashed = path
    .trim()
    .replaceAll('\\', '/')
    .replace(/\/{2,}/g, '/')
    .replace(/\/(?:\.\/)+/g, '/')
    .replace(/\/\.$/, '/');
  const drive = withoutDots(slashed).replace(/^[A-Za-z]:/, (letter) => letter.toLowerCase());
  return drive.length > 1 ? drive.replace(/\/+$/, '') || '/' : drive;
}

/** `/a/./b/../c` is `/a/c`; above the root there is nothing. */
function withoutDots(path: string): string {
  if (!/\/\.{1,2}(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && kept.length > 1) kept.pop();
    else if (part !== '.' && part !== '..') kept.push(part);
  }
  return kept.join('/') || '/';
}

/** True when a server that may use `root` reaches `path`. */
export function covers(root: string, path: string): boolean {
  const [outer, inner] = [comparablePath(root), comparablePath(path)];
  return outer === '/' ? inner.startsWith('/') : inner === outer || inner.startsWith(`${outer}/`);
}

const HOME_REFERENCE =
  /^(?:~|\$HOME|\$\{HOME\}|\$\{env:HOME\}|\{env:HOME\}|\$\{userHome\}|%USERPROFILE%|\$USERPROFILE|\$\{USERPROFILE\}|%HOMEPATH%|\$env:USERPROFILE)$/i;
const HOME = /^(?:\/home|\/Users|[a-z]:\/Users|\/mnt\/[a-z]\/Users)(?:\/[^/]+)?$|^\/root$|^\/var\/root$/i;
const SYSTEM =
  /^\/(?:etc|usr|bin|sbin|lib|lib64|boot|dev|proc|sys|var|opt|run|private|System|Library|Applications|Volumes|mnt|media|srv|snap)(?:\/(?:etc|var|run|lib|log|bin|local|share))?$|^[a-z]:\/(?:Windows|Program Files(?: \(x86\))?|ProgramData)(?:\/System32)?$/i;

/** Why access to this path is access to too much; undefined when it is not. */
export function broadness(path: string): string | undefined {
  const comparable = comparablePath(path);
  if (comparable === '/' || /^[a-z]:$/.test(comparable) || /^\/mnt\/[a-z]$/.test(comparable)) return 'the whole disk';
  if (HOME_REFERENCE.test(comparable.replace(/\/\*{0,2}$/, '')) || HOME.test(comparable)) return 'a whole home folder';
  if (SYSTEM.test(comparable)) return 'a system folder';
  return undefined;
}
