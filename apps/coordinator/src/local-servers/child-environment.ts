/** What a child, and the servers it starts, may see of our environment; no secret of ours is among it (CONTRACT §9). */
const ALLOWED = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LANGUAGE|TZ|TMPDIR|TMP|TEMP|NO_COLOR|XDG_(CONFIG|DATA|CACHE|STATE)_HOME)$/,
  /^LC_/,
  /^(https?|no|all)_proxy$/i,
  /^npm_config_/i,
  /^NODE_EXTRA_CA_CERTS$/,
  /^SSL_CERT_/,
  // Where telemetry goes, without the headers, which may hold a key.
  /^OTEL_EXPORTER_OTLP_ENDPOINT$/,
  // Windows starts nothing without these.
  /^(SystemRoot|ComSpec|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|ProgramData|ProgramFiles)$/i,
];

export const childEnvironment = (environment: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && ALLOWED.some((pattern) => pattern.test(name)) ? [[name, value]] : [],
    ),
  );
