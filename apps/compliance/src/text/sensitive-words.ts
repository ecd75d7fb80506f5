/** Stands in phrases for any word that names a file or store of keys. */
export const SENSITIVE_FILE = '«secret-file»';
/** Stands in phrases for the name of a variable that holds a well-known secret. */
export const SECRET_VARIABLE = '«secret-variable»';
/** Stands in phrases for a URL, an address or a host that is written out. */
export const LITERAL_ADDRESS = '«address»';

const FILES =
  /(?:^|[/~\\])(?:\.ssh(?:\/|\\|$)|id_(?:rsa|dsa|ecdsa|ed25519)\b|authorized_keys|known_hosts)|(?:^|[/\\])\.env(?:\.\w+)?$|\.aws[/\\]|\.netrc|\.npmrc$|\.pypirc|\.git-credentials|\.gnupg|\.kube[/\\]config|\.docker[/\\]config|\/etc\/(?:passwd|shadow|sudoers)|\/proc\/(?:self|\d+)\/environ|mcp\.json$|mcp_config|claude_desktop_config|\.claude\.json|\.cursor[/\\]|wallet\.dat|\.bash_history|\.zsh_history|keychain-db|login\.keychain|logins\.json|cookies\.sqlite|key[34]\.db|application_default_credentials|credentials\.json|secrets?\.ya?ml|\.pem$|\.pfx$|\.p12$|\.keystore$|\.vault-token|terraform\.tfstate|ntds\.dit/;
const VARIABLE =
  /^\$?\{?(?:aws|gcp|google|azure|github|gitlab|openai|anthropic|stripe|slack|npm|database|db|postgres|mysql|vault|jwt|session)_(?:\w{1,30}_)?(?:key|token|secret|password|credentials|url)\}?$/;
/** A dot folder, or a folder of a program, with a file whose name speaks of keys. */
const HIDDEN_STORE =
  /^(?:~|\$home|%\w+%|\/home\/|\/users\/|\/root|[a-z]:\\).*(?:cred|secret|token|passw|wallet|keyring|\.kdbx|cookies|private|login data|seed)/;
/** Hosts that stand for nobody in documentation, and this machine. */
const HARMLESS_HOST =
  /^(?:localhost|127\.|0\.0\.0\.0|\[?::1|(?:[\w-]+\.)*example\.(?:com|org|net)$|schema\.org|json-schema\.org|www\.w3\.org)/;

/** A path or file name that leads to keys, sessions, or the configuration of clients. */
export const isSensitivePath = (word: string): boolean =>
  word.length < 300 && !word.endsWith('.pub') && (FILES.test(word) || HIDDEN_STORE.test(word));

/** A URL, e-mail address or IP address of some other machine. */
function isAddress(word: string): boolean {
  if (word.length > 500) return false;
  const url = /^(?:https?|wss?|ftp|dns|tcp):\/\/([^/?#]+)/.exec(word);
  if (url?.[1] !== undefined) return !HARMLESS_HOST.test(url[1].replace(/^[^@]*@/, ''));
  const mail = /^[\w.+-]+@([\w-]+(?:\.[\w-]+)+)/.exec(word);
  if (mail?.[1] !== undefined) return !/^example\.(?:com|org|net)$/.test(mail[1]);
  return /^(?!10\.|127\.|192\.168\.|0\.)\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:\/.*)?$/.test(word);
}

/** What phrases may call this word besides itself. */
export function kindsOfWord(word: string): string | undefined {
  if (isSensitivePath(word)) return SENSITIVE_FILE;
  if (VARIABLE.test(word)) return SECRET_VARIABLE;
  return isAddress(word) ? LITERAL_ADDRESS : undefined;
}
