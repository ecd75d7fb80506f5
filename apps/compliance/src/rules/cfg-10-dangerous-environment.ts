import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import { OWASP } from './owasp.ts';
import type { Hit, Rule, Subject } from './rule.ts';

interface Danger {
  readonly name: RegExp;
  /** Only such values are dangerous; any when absent. */
  readonly value?: RegExp;
  readonly what: string;
}

const OFF = /^(?:0|false|no|off|never|none)$/i;
const ON = /^(?:1|true|yes|on|always)$/i;
const DANGERS: readonly Danger[] = [
  {
    name: /^NODE_OPTIONS$/,
    value: /--(?:require|import|loader|experimental-loader|inspect|eval|env-file|openssl-shared-config)|(?:^|\s)-r\b/,
    what: 'loads other code into the server',
  },
  {
    name: /^(?:LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES|DYLD_FORCE_FLAT_NAMESPACE)$/,
    what: 'loads a library into the server',
  },
  {
    name: /^(?:PYTHONSTARTUP|PYTHONINSPECT|PYTHONHOME|BASH_ENV|ENV|ZDOTDIR|PROMPT_COMMAND|PERL5OPT|PERL5LIB|RUBYOPT|RUBYLIB)$/,
    what: 'runs other code when the server starts',
  },
  {
    name: /^(?:JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS)$/,
    value: /-(?:javaagent|agentlib|agentpath)/,
    what: 'loads an agent into the server',
  },
  {
    name: /^(?:GIT_SSH_COMMAND|GIT_EXTERNAL_DIFF|GIT_PROXY_COMMAND|PAGER|EDITOR)$/,
    value: /[|;&`]|\$\(|curl|wget|\bsh\b/,
    what: 'runs a command of its own',
  },
  { name: /^NODE_TLS_REJECT_UNAUTHORIZED$/, value: /^0$/, what: 'switches the check of certificates off' },
  {
    name: /^(?:PYTHONHTTPSVERIFY|SSL_VERIFY|VERIFY_SSL|TLS_VERIFY|HTTPS_VERIFY|\w+_SSL_VERIFY|\w+_VERIFY_SSL|\w+_TLS_VERIFY|npm_config_strict_ssl|NPM_CONFIG_STRICT_SSL)$/,
    value: OFF,
    what: 'switches the check of certificates off',
  },
  {
    name: /^(?:GIT_SSL_NO_VERIFY|CURL_INSECURE|\w+_INSECURE|\w*(?:SKIP_TLS_VERIFY|INSECURE_SKIP_VERIFY|TLS_INSECURE|IGNORE_SSL\w*))$/,
    value: ON,
    what: 'switches the check of certificates off',
  },
  {
    name: /^(?:npm_config_registry|NPM_CONFIG_REGISTRY|PIP_INDEX_URL|PIP_EXTRA_INDEX_URL|UV_INDEX_URL|UV_DEFAULT_INDEX|UV_EXTRA_INDEX_URL|PIP_TRUSTED_HOST)$/,
    value: /^http:\/\/(?!localhost|127\.)|^[^:/]+$/,
    what: 'takes packages from a source that anyone on the way can change',
  },
];
const INSECURE_FLAG =
  /^--?(?:insecure|no-verify-ssl|no-check-certificate|skip-tls-verify|insecure-skip-tls-verify|tls-skip-verify|ignore-certificate-errors|ignore-https-errors)(?:=true)?$/i;

export const dangerousEnvironment: Rule = {
  id: 'CFG-10',
  issue: 'dangerous_environment',
  severity: 'high',
  title: 'The server starts in an environment that others can bend',
  meaning:
    'A variable loads foreign code or switches a protection off, or the command is not one certain program: what starts may be something else than what was looked at.',
  fix: {
    text: 'Take the variable or flag away; name the command by its absolute path, in a folder that only its owner may write.',
    actionable: false,
  },
  references: [OWASP.commandInjection, OWASP.supplyChain, 'CWE-427', 'CWE-295'],
  check(subject) {
    const { server } = subject;
    const unknowns =
      server.launch.command !== undefined && !subject.commandLookedUp
        ? ['where the command leads to was not looked up on its machine']
        : [];
    return { hits: [...variables(server), ...flags(server), ...command(subject)], unknowns };
  },
};

function variables({ launch, path }: InventoryServer): Hit[] {
  return Object.entries(launch.env ?? {}).flatMap(([name, value]) => {
    const danger = DANGERS.find(
      (known) => known.name.test(name) && (known.value?.test(value.slice(0, 4096)) ?? value !== ''),
    );
    return danger === undefined
      ? []
      : [{ location: { path, pointer: `/env/${name}` }, evidence: `${name}=${value} ${danger.what}` }];
  });
}

const flags = ({ launch, path }: InventoryServer): Hit[] =>
  (launch.args ?? []).flatMap((arg, index) =>
    INSECURE_FLAG.test(arg)
      ? [{ location: { path, pointer: `/args/${index}` }, evidence: `${arg} switches the check of certificates off` }]
      : [],
  );

function command({ server, commandLookedUp }: Subject): Hit[] {
  const { command: program } = server.launch;
  if (program === undefined) return [];
  const location = { path: server.path, pointer: '/command' };
  if (/^\.{1,2}[\\/]/.test(program) || /^[^\\/:~$%{]+[\\/]/.test(program))
    return [
      { location, evidence: `${program} is relative: which program it is depends on the folder the client runs in` },
    ];
  if (!commandLookedUp) return [];
  const { resolvedCommand } = server;
  if (resolvedCommand === null)
    return [
      {
        location,
        evidence: `${program} is not found on this machine: it does not start, and whoever puts a program of that name on PATH decides what will`,
      },
    ];
  return resolvedCommand.othersMayWrite
    ? [{ location, evidence: `${resolvedCommand.path} may be overwritten by others` }]
    : [];
}
