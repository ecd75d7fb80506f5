/** Stands in phrases for any word that names a file or store of keys. */
export const SENSITIVE_FILE = '«secret-file»';
/** Stands in phrases for the name of a variable that holds a well-known secret. */
export const SECRET_VARIABLE = '«secret-variable»';
/** Stands in phrases for a URL, an address or a host that is written out. */
export const LITERAL_ADDRESS = '«address»';

const FILES =
  /(?:^|[/~\\])(?:\.ssh(?:\/|\\|$)|id_(?:rsa|dsa|ecdsa|ed25519)\b|authorized_keys|known_hosts)|(?:^|[/\\])\.env(?:\.\w+)?$|\.aws[/\\]|\.netrc|\.npmrc$|\.pypirc|\.git-credentials|\.gnupg|\.password-store|\.config\/gcloud|\.azure[/\\]|\.terraform\.d|\.mozilla[/\\]|\.kdbx$|\/var\/run\/secrets|\.kube[/\\]config|\.docker[/\\]config|\/etc\/(?:passwd|shadow|sudoers)|\/proc\/(?:self|\d+)\/environ|mcp\.json$|mcp_config|claude_desktop_config|\.claude\.json|\.cursor[/\\]|wallet\.dat|\.bash_history|\.zsh_history|keychain-db|login\.keychain|logins\.json|cookies\.sqlite|key[34]\.db|application_default_credentials|credentials\.json|secrets?\.ya?ml|\.pem$|\.pfx$|\.p12$|\.keystore$|\.vault-token|terraform\.tfstate|ntds\.dit/;
const VARIABLE =
  /^\$?\{?(?:aws|gcp|google|azure|github|gitlab|openai|anthropic|stripe|slack|npm|database|db|postgres|mysql|vault|jwt|session)_(?:\w{1,30}_)?(?:key|token|secret|password|credentials|url)\}?$/;
/** A dot folder, or a folder of a program, with a file whose name speaks of keys. */
const HIDDEN_STORE =
  /^(?:~|\$home|%\w+%|\/home\/|\/users\/|\/root|[a-z]:\\).*(?:cred|secret|token|passw|wallet|keyring|\.kdbx|cookies|private|login data|seed)/;
/** Hosts that stand for nobody in documentation, and this machine. */
const HARMLESS_HOST =
  /^(?:localhost|127\.|0\.0\.0\.0|\[?::1|(?:(?:www|api|docs?|dev|apps?|my|your|foo|bar|sub|blog|shop|mail|get|hosts?|server|db|cdn|static|stag\w*|prod\w*|test\w*|internal|jira|git\w*|sentry|company|acme|auth|login|id|console|dashboard|portal|support|help|files?|images?|img|media|assets|data|registry|proxy|gateway|grafana|wiki|intranet|vault|status|n8n|mcp|[a-d])\.)*example\.(?:com|org|net)$|schema\.org|json-schema\.org|www\.w3\.org)/;

/** A host without a scheme; endings that files have as well (`.py`, `.rs`, `.sh`) are not taken for hosts. */
const HOST =
  /^(?:[a-z0-9-]{1,60}\.){1,5}(?:com|net|org|io|dev|ru|cn|xyz|top|info|biz|live|click|win|club|site|online|icu|pw|cc|co|tld|onion|su|tk|ml|ga|de|fr|uk|eu)(?:[:/].{0,200})?$/;
/** An IBAN, a Bitcoin or Ethereum address: where money goes. */
const PAYMENT = /^(?:[a-z]{2}\d{2}[a-z0-9]{11,30}|bc1[a-z0-9]{20,60}|[13][a-km-z1-9]{25,34}|0x[0-9a-f]{40})$/;
const PHONE = /^\+\d{2,15}$/;

/** Public halves and templates hold nothing. */
const TEMPLATE = /\.(?:pub|example|sample|template|dist)$/;

/** A path or file name that leads to keys, sessions, or the configuration of clients. */
export const isSensitivePath = (word: string): boolean =>
  word.length < 300 && !TEMPLATE.test(word) && (FILES.test(word) || HIDDEN_STORE.test(word));

/** A URL, e-mail address or IP address of some other machine. */
function isAddress(word: string): boolean {
  if (word.length > 500) return false;
  const url = /^(?:https?|wss?|ftp|dns|tcp):\/\/([^/?#]+)/.exec(word);
  if (url?.[1] !== undefined) return !HARMLESS_HOST.test(url[1].replace(/^[^@]*@/, ''));
  const mail = /^[\w.+-]+@([\w-]+(?:\.[\w-]+)+)/.exec(word);
  if (mail?.[1] !== undefined) return !/^example\.(?:com|org|net)$/.test(mail[1]);
  if (PHONE.test(word) || PAYMENT.test(word) || (HOST.test(word) && !HARMLESS_HOST.test(word))) return true;
  return /^(?!10\.|127\.|192\.168\.|0\.)\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:\/.*)?$/.test(word);
}

/** What phrases may call this word besides itself. */
export function kindsOfWord(word: string): string | undefined {
  if (isSensitivePath(word)) return SENSITIVE_FILE;
  if (VARIABLE.test(word)) return SECRET_VARIABLE;
  return isAddress(word) ? LITERAL_ADDRESS : undefined;
}
