import type { TextLeaf } from '../text/definition-text.ts';
import { locationOf } from '../text/find-in-text.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

/** Text that acts when it reaches the wrong place: a page, a database, a shell, a template. Each expression is bounded. */
const PAYLOADS: readonly (readonly [string, RegExp])[] = [
  [
    'a script for a page',
    /<script[\s>](?! tags?\b)[^<]{0,400}(?:<\/script|$)|\bjavascript:\s?\w|<(?:img|svg|iframe|body|input)\b[^>]{0,200}\bon\w{2,20}\s{0,3}=/i,
  ],
  [
    'SQL that breaks out of its value',
    /['"]\s{0,3}(?:or|and)\s{1,3}['"]?\d{1,4}['"]?\s{0,3}=\s{0,3}['"]?\d|\bunion\s{1,3}(?:all\s{1,3})?select\s{1,3}(?:null|\d|\w{1,30}\s{0,3},)|['"];\s{0,3}(?:drop|delete|update|insert|exec)\b|;\s{0,3}drop\s{1,3}table\b|\bxp_cmdshell\b|--\s{0,2}$/i,
  ],
  [
    'a command that runs what it fetches',
    /\b(?:curl|wget)\b[^|\n]{1,200}\|\s{0,3}(?:sudo\s)?(?:ba|z|da)?sh\b|\beval\s?\(\s?(?:atob|base64|requests|fetch)|\bpowershell\b[^\n]{0,80}\s-e(?:nc|ncodedcommand)?\s/i,
  ],
  [
    'a command substitution',
    /\$\((?:curl|wget|cat|whoami|id|env|nc|bash|sh)\b[^)]{0,120}\)|`(?:curl|wget|cat \/etc|nc -|rm -rf)[^`]{0,120}`|\brm\s{1,3}-(?:rf|fr)\s{1,3}(?:~|\/|\$HOME)(?:\s|[;&|"'`/*]|$)|;\s{0,3}rm\s{1,2}-rf\s|\/dev\/tcp\//i,
  ],
  [
    'a command behind a value',
    /[;&|`]\s{0,3}(?:curl|wget|nc|ncat|powershell|iwr|bash\s-c|sh\s-c|chmod\s\+x|rm\s-rf)\s[^\n]{4,200}/i,
  ],
  [
    'code for a template engine',
    /\{\{\s{0,4}(?:[\d'"]{1,6}\s?[*+]|config\.|self\.|request\.|''\.__class__|cycler|lipsum|constructor)[^{}]{0,120}\}\}|\$\{(?:jndi:|T\(java|7\*7)|<%=\s?(?:system|exec|`)/i,
  ],
  [
    'a formula that sends cells away',
    /=\s?(?:importxml|importdata|importhtml|image|webservice)\s?\(\s?["']https?:\/\/[^"']{1,200}["']\s?&/i,
  ],
  [
    'code that loads and runs other code',
    /__import__\s?\(|\bos\.(?:system|popen)\s?\(|\bchild_process\b[^\n]{0,60}\bexec|\bexec\s?\(\s?(?:base64|bytes|compile|__)/,
  ],
];

/** The code sends something away or fetches what it runs. */
const REACHES_OUT =
  /\bpowershell\b[^\n]{0,80}\s-e(?:nc|ncodedcommand)?\s|\b(?:curl|wget|iwr|invoke-webrequest|fetch|requests\.(?:get|post)|nc)\b[^\n]{0,120}(?:https?:\/\/(?:\d{1,3}\.){3}\d|-d\s?@|\/etc\/|\.ssh|\$\(cat)|\brm\s{1,3}-(?:rf|fr)\s{1,3}(?:~|\/|\$HOME)(?:\s|[;&|"'`/*]|$)|=\s?(?:importxml|importdata|image|webservice)\s?\(\s?["']https?:/i;

/** The model is to put the code somewhere, or to run it. */
const IS_ORDERED =
  /\b(?:put|insert|prepend|append|add|paste|place|run|execute)\b[^\n]{0,60}["'`“][^"'`”\n]{0,20}\b(?:curl|wget|bash|sh|powershell|nc|eval)\b[^\n]{0,120}["'`”]\s{0,3}(?:at|to|in|into|before|first|on|as)\b/i;

export const codePayload: Rule = {
  id: 'TDF-15',
  issue: 'code_payload',
  severity: 'medium',
  title: 'Code stands where words belong',
  meaning: 'A page that shows the definition, a log, or a model that is asked to try it may run it.',
  fix: { text: 'Ask the author why it is there; remove the server when there is no good answer.', actionable: false },
  references: [OWASP.commandInjection, OWASP.poisoning, 'CWE-79', 'CWE-94'],
  check: ({ text }) => (text === undefined ? CLEAN : found(text.leaves.flatMap((leaf) => judgeLeaf(leaf) ?? []))),
};

function judgeLeaf(leaf: TextLeaf): Hit | undefined {
  for (const [what, pattern] of PAYLOADS) {
    const match = pattern.exec(leaf.raw);
    if (match !== null)
      return {
        location: locationOf(leaf),
        ...(REACHES_OUT.test(leaf.raw) || IS_ORDERED.test(leaf.raw) ? { severity: 'high' as const } : {}),
        evidence: `${what}: ${leaf.raw.slice(Math.max(0, match.index - 40), match.index + 160)}`,
      };
  }
  return undefined;
}
