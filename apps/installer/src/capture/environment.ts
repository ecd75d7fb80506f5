/** Variables a started server gets of ours; everything else it must bring itself. */
const PASSED_ON = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TMP', 'TEMP'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'],
  ...[
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'XDG_RUNTIME_DIR',
    'XDG_CACHE_HOME',
    'XDG_CONFIG_HOME',
    'XDG_DATA_HOME',
  ],
  // Windows does not run without these.
  ...[
    'SystemRoot',
    'SYSTEMROOT',
    'ComSpec',
    'COMSPEC',
    'PATHEXT',
    'APPDATA',
    'LOCALAPPDATA',
    'USERPROFILE',
    'ProgramFiles',
    'ProgramData',
    'Path',
  ],
];
const PASSED_PREFIXES = [/^LC_[A-Z]+$/, /^npm_config_/i];

/** The allow-listed part of an environment: no key of ours, no password, reaches a process that we start. */
export function passedOn(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = Object.keys(environment).filter(
    (name) => PASSED_ON.includes(name) || PASSED_PREFIXES.some((prefix) => prefix.test(name)),
  );
  return Object.fromEntries(names.map((name) => [name, environment[name] ?? '']));
}
