/** A half-open range of UTF-16 code units that holds a secret. */
export interface SecretRange {
  readonly start: number;
  readonly end: number;
  /** The name of the pattern that matched. */
  readonly detail: string;
  readonly kind: 'secret' | 'dsn_password' | 'url_credential';
}

interface SecretPattern {
  readonly detail: string;
  readonly kind: SecretRange['kind'];
  /** A text without this cannot match: most texts are done with after a few substring searches. */
  readonly hint: string;
  /**
   * Global. Starts only where the character before is outside the body's class, so that each run of characters is scanned
   * once: linear in the length of the text, whatever the text. The group `secret`, where there is one, is the secret part.
   */
  readonly match: RegExp;
}

const token = (detail: string, hint: string, match: RegExp): SecretPattern => ({ detail, kind: 'secret', hint, match });

const TYPED: readonly SecretPattern[] = [
  token('github_token', 'gh', /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{30,255}/g),
  token('github_fine_grained_token', 'github_pat_', /(?<![A-Za-z0-9_])github_pat_[A-Za-z0-9_]{40,255}/g),
  token('gitlab_token', 'glpat-', /(?<![A-Za-z0-9_-])glpat-[A-Za-z0-9_-]{20,128}/g),
  token('anthropic_key', 'sk-ant-', /(?<![A-Za-z0-9_-])sk-ant-[A-Za-z0-9_-]{20,255}/g),
  token('openai_key', 'sk-', /(?<![A-Za-z0-9_-])sk-(?:proj-|svcacct-|admin-|None-)?(?!ant-)[A-Za-z0-9_-]{20,255}/g),
  token('aws_access_key_id', 'A', /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g),
  token('slack_token', 'xox', /(?<![A-Za-z0-9-])xox[abeoprs]-[A-Za-z0-9-]{10,255}/g),
  token('slack_app_token', 'xapp-', /(?<![A-Za-z0-9-])xapp-[A-Za-z0-9-]{20,255}/g),
  token(
    'slack_webhook',
    'hooks.slack.com',
    /hooks\.slack\.com\/services\/(?<secret>[A-Za-z0-9]{6,20}\/[A-Za-z0-9]{6,20}\/[A-Za-z0-9]{16,40})/g,
  ),
  token('google_api_key', 'AIza', /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}/g),
  token('google_oauth_token', 'ya29.', /(?<![A-Za-z0-9_-])ya29\.[A-Za-z0-9_-]{20,512}/g),
  token('google_client_secret', 'GOCSPX-', /(?<![A-Za-z0-9_-])GOCSPX-[A-Za-z0-9_-]{20,64}/g),
  token('stripe_key', 'k_', /(?<![A-Za-z0-9_])[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}/g),
  token('stripe_webhook_secret', 'whsec_', /(?<![A-Za-z0-9_])whsec_[A-Za-z0-9]{24,255}/g),
  token('npm_token', 'npm_', /(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}/g),
  token('pypi_token', 'pypi-', /(?<![A-Za-z0-9_-])pypi-[A-Za-z0-9_-]{50,512}/g),
  token('huggingface_token', 'hf_', /(?<![A-Za-z0-9_])hf_[A-Za-z0-9]{30,64}/g),
  token('notion_token', 'ntn_', /(?<![A-Za-z0-9_])ntn_[A-Za-z0-9]{30,64}/g),
  token('notion_secret', 'secret_', /(?<![A-Za-z0-9_])secret_[A-Za-z0-9]{40,64}/g),
  token('linear_key', 'lin_api_', /(?<![A-Za-z0-9_])lin_api_[A-Za-z0-9]{32,64}/g),
  token('sendgrid_key', 'SG.', /(?<![A-Za-z0-9_-])SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}/g),
  token('supabase_key', 'sb', /(?<![A-Za-z0-9_])sb(?:p|_secret|_publishable)_[A-Za-z0-9_]{20,64}/g),
  token('digitalocean_token', 'do', /(?<![A-Za-z0-9_])do[opr]_v1_[a-f0-9]{64}/g),
  token('telegram_token', ':AA', /(?<![A-Za-z0-9_-])\d{8,10}:AA[A-Za-z0-9_-]{33}/g),
  token('coordinator_key', 'mcpk_', /(?<![A-Za-z0-9_-])mcpk_[A-Za-z0-9_-]{16,255}/g),
  token('jwt', 'eyJ', /(?<![A-Za-z0-9_.-])eyJ[A-Za-z0-9_-]{8,8192}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{8,8192}/g),
  token(
    'authorization',
    ' ',
    /(?<![A-Za-z])(?:bearer|basic|token|apikey) {1,4}(?<secret>(?=[^ ]{0,64}\d)[A-Za-z0-9._~+/=-]{16,8192})/gi,
  ),
];

/** `user:password@` before a host; greedy up to the last `@` before a slash, since passwords with `@` are met in practice. */
const DSN =
  /(?<![A-Za-z0-9+.-])(?<scheme>[A-Za-z][A-Za-z0-9+.-]{1,30}):\/\/[^\s:/@"'`<>]{0,256}:(?<secret>[^\s/"'`<>]{1,1024})@/g;
const QUERY =
  /[?&#;](?<name>access_token|api[_-]?key|apikey|auth(?:_token)?|client_secret|code|id_token|jwt|key|pass(?:word)?|pat|refresh_token|secret|session(?:_?id)?|sid|sig(?:nature)?|token)=(?<secret>[^&#\s"'`<>]{1,4096})/gi;
/** `password=…`, `--api-key …`, `"token": "…"` in free text and in key-value connection strings. */
const ASSIGNMENT =
  /(?<![A-Za-z0-9])(?:password|passwd|passphrase|pwd|secret|api[_-]?key|apikey|access[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret|private[_-]?key|token)["']?(?: ?[=:] ?|(?<=--[a-z_-]{3,20}) )["']?(?<secret>[^\s"'`,;&}<>]{6,4096})/gi;
const KEY_BEGIN = /-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;

/** Where the secret group of a match lies: the last occurrence inside it, since names and schemes come before. */
function rangeOf(found: RegExpExecArray, kind: SecretRange['kind'], detail: string): SecretRange {
  const secret = found.groups?.['secret'] ?? found[0];
  const start = found.index + found[0].lastIndexOf(secret);
  return { start, end: start + secret.length, kind, detail };
}

function keyBlocks(text: string): SecretRange[] {
  const ranges: SecretRange[] = [];
  let from = 0;
  for (const { index } of text.matchAll(KEY_BEGIN)) {
    if (index < from) continue;
    const close = text.indexOf('-----END', index);
    from = close < 0 ? text.length : Math.min(text.length, close + 64);
    ranges.push({ start: index, end: close < 0 ? text.length : close, kind: 'secret', detail: 'private_key' });
  }
  return ranges;
}

function urlParts(text: string): SecretRange[] {
  const ranges: SecretRange[] = [];
  if (text.includes('://')) {
    for (const found of text.matchAll(DSN)) {
      const web = /^(?:https?|wss?)$/i.test(found.groups?.['scheme'] ?? '');
      ranges.push(rangeOf(found, web ? 'url_credential' : 'dsn_password', web ? 'url_password' : 'dsn_password'));
    }
  }
  for (const found of text.matchAll(QUERY)) ranges.push(rangeOf(found, 'url_credential', 'url_parameter'));
  return ranges;
}

/** Every typed secret, DSN password, URL credential and private key in a text, in no particular order; may overlap. */
export function findTypedSecrets(text: string): SecretRange[] {
  const ranges = keyBlocks(text);
  for (const { hint, match, kind, detail } of TYPED) {
    if (text.includes(hint)) for (const found of text.matchAll(match)) ranges.push(rangeOf(found, kind, detail));
  }
  ranges.push(...urlParts(text));
  return ranges;
}

/** Values given to names that speak of secrets, in free text: right for masking, too eager for judging. */
export function findAssignedSecrets(text: string): SecretRange[] {
  return Array.from(text.matchAll(ASSIGNMENT), (found) => rangeOf(found, 'secret', 'assignment'));
}
