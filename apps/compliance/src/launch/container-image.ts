import type { PackageReference } from './fetched-package.ts';
import type { Argument } from './unwrap-command.ts';

/** Options of `docker run` without a value; every other one that has no `=` takes the next word. */
const IMAGE_SWITCHES = new Set([
  '-i',
  '-t',
  '-it',
  '-ti',
  '-d',
  '--rm',
  '--init',
  '--interactive',
  '--tty',
  '--detach',
  '--privileged',
  '--read-only',
  '-P',
  '--publish-all',
  '--no-healthcheck',
  '--oom-kill-disable',
  '--sig-proxy',
  '-q',
  '--quiet',
  '--disable-content-trust',
  '--help',
  '--replace',
  '--tls-verify',
]);

/** The image in the arguments of a container engine. */
export function imageReference(args: readonly Argument[]): PackageReference | undefined {
  const run = args.findIndex(({ value }) => value === 'run' || value === 'create');
  if (run < 0) return undefined;
  for (let at = run + 1; at < args.length; at++) {
    const argument = args[at];
    if (argument === undefined) return undefined;
    if (!argument.value.startsWith('-')) return parseImage(argument, args.slice(at + 1));
    const takesNext =
      !argument.value.includes('=') && !IMAGE_SWITCHES.has(argument.value) && !/^-[^-]{2,}$/.test(argument.value);
    if (takesNext) at++;
  }
  return undefined;
}

function parseImage(argument: Argument, rest: readonly Argument[]): PackageReference {
  const [reference = '', digest] = argument.value.split('@');
  const colon = reference.lastIndexOf(':');
  const hasTag = colon > reference.lastIndexOf('/');
  const name = hasTag ? reference.slice(0, colon) : reference;
  const tag = hasTag ? reference.slice(colon + 1) : null;
  const byDigest = digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest);
  return {
    registry: 'oci',
    name,
    version: digest ?? tag,
    pinned: byDigest || (tag !== null && /^v?\d+\.\d+\.\d+/.test(tag)),
    argument,
    rest,
  };
}
