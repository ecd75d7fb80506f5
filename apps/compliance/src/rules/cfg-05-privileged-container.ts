import { broadness } from '../launch/broad-path.ts';
import { type Argument, unwrapCommand } from '../launch/unwrap-command.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule, type Subject } from './rule.ts';

const ENGINES = new Set(['docker', 'podman', 'nerdctl']);
const SOCKET = /(?:docker|podman|containerd|crio)\.sock|docker_engine/;
/** Options that give the container rights of the host, by name and value. */
const GRANTS: readonly { option: RegExp; value: RegExp; what: string }[] = [
  { option: /^--(?:network|net)$/, value: /^host$/, what: "uses the host's network" },
  { option: /^--(?:pid|ipc|uts|userns|cgroupns)$/, value: /^host$/, what: "shares the host's processes" },
  {
    option: /^--cap-add$/,
    value: /^(?:cap_)?(?:all|sys_admin|sys_ptrace|sys_module|dac_read_search|net_admin|sys_rawio)$/i,
    what: 'gets a capability that breaks the container open',
  },
  { option: /^--security-opt$/, value: /unconfined|disable/i, what: 'switches the confinement off' },
  {
    option: /^--device$/,
    value: /^\/dev\/(?:mem|kmem|sd[a-z]|nvme|dm-|vd[a-z])/,
    what: 'gets a disk or the memory of the host',
  },
];

export const privilegedContainer: Rule = {
  id: 'CFG-05',
  issue: 'privileged_container',
  severity: 'critical',
  title: 'The container is not contained',
  meaning:
    'With these options the container can read, change or take over the machine it runs on: it isolates nothing, and looks as if it did.',
  fix: {
    text: 'Take the option away, and mount only the folder that the server needs, read-only where that is enough.',
    actionable: false,
  },
  references: [OWASP.scope, 'CWE-250', 'CWE-266'],
  check(subject) {
    const options = containerOptions(subject);
    if (options === undefined) return CLEAN;
    const hits = options.flatMap(({ name, value, pointer }) => {
      const what = grantOf(name, value);
      return what === undefined
        ? []
        : [
            {
              location: { path: subject.server.path, pointer },
              evidence: `${what}: ${value === '' ? name : `${name} ${value}`}`,
            },
          ];
    });
    return found(hits);
  },
};

interface Option {
  readonly name: string;
  readonly value: string;
  readonly pointer: string;
}

/** Options between `run` and the image; undefined when no container is started. */
function containerOptions({ server, package: pkg }: Subject): Option[] | undefined {
  const invocation = unwrapCommand(server.launch);
  if (invocation === undefined || !ENGINES.has(invocation.program)) return undefined;
  const image = pkg === undefined ? -1 : invocation.args.findIndex(({ pointer }) => pointer === pkg.argument.pointer);
  const args = image < 0 ? invocation.args : invocation.args.slice(0, image);
  return args.flatMap((argument, index) => optionAt(argument, args[index + 1]));
}

function optionAt({ value, pointer }: Argument, next: Argument | undefined): Option[] {
  if (!value.startsWith('-')) return [];
  const equals = value.indexOf('=');
  if (equals > 0) return [{ name: value.slice(0, equals), value: value.slice(equals + 1), pointer }];
  const attached = /^-v(.+)$/.exec(value);
  if (attached?.[1] !== undefined) return [{ name: '-v', value: attached[1], pointer }];
  return [
    {
      name: value,
      value: next === undefined || next.value.startsWith('-') ? '' : next.value,
      pointer: next?.pointer ?? pointer,
    },
  ];
}

function grantOf(name: string, value: string): string | undefined {
  if (name === '--privileged') return value === 'false' ? undefined : 'runs with all rights of the host';
  const grant = GRANTS.find(({ option, value: wanted }) => option.test(name) && wanted.test(value));
  if (grant !== undefined) return grant.what;
  const source = mountSource(name, value);
  if (source === undefined) return undefined;
  if (SOCKET.test(source)) return 'controls the container engine, and with it the host';
  const broad = broadness(source);
  return broad === undefined ? undefined : `mounts ${broad}`;
}

function mountSource(name: string, value: string): string | undefined {
  if (name === '-v' || name === '--volume') return /^((?:[A-Za-z]:[\\/])?[^:]*)(?::|$)/.exec(value)?.[1];
  if (name !== '--mount') return undefined;
  return /(?:^|,)(?:source|src)=([^,]+)/.exec(value)?.[1];
}
