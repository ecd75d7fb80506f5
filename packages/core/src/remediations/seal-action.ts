import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { toPointer } from '../configuration/json-pointer.ts';
import { maskArguments } from '../configuration/observe.ts';
import { maskText } from '../configuration/secrets.ts';

/** A value of an action that must not be kept in clear, under its RFC 6901 pointer into the action. */
export type ActionValues = Readonly<Record<string, string>>;

/** What stands in a masked action for a value of `env` or `headers`. */
export const MASK = '••••';

type Replace = (value: string, pointer: string) => string;

/** Rewrites every place that can hold a value: variables, headers, arguments, the URL. */
function rewrite(action: Action, value: Replace, text: Replace): Action {
  if (action.type !== 'install_server' && action.type !== 'update_server') return action;
  const record = (name: 'env' | 'headers') => {
    const entries = Object.entries(action[name] ?? {}).map(([key, held]) => [key, value(held, toPointer([name, key]))]);
    return action[name] ? { [name]: Object.fromEntries(entries) as Record<string, string> } : {};
  };
  return {
    ...action,
    ...record('env'),
    ...record('headers'),
    ...(action.args ? { args: action.args.map((arg, index) => text(arg, `/args/${index}`)) } : {}),
    ...(action.url ? { url: text(action.url, '/url') } : {}),
  };
}

/**
 * Takes the values out of an action: all of `env` and `headers`, and those arguments and URLs that hold a secret. What is
 * left can be stored and shown.
 */
export function splitAction(action: Action): { masked: Action; values: ActionValues } {
  const values: Record<string, string> = {};
  const shownArgs = maskArguments('args' in action ? (action.args ?? []) : []);
  const take = (held: string, pointer: string, shown: string): string => {
    if (shown !== held) values[pointer] = held;
    return shown;
  };
  const masked = rewrite(
    action,
    (held, pointer) => take(held, pointer, MASK),
    (held, pointer) =>
      take(held, pointer, pointer === '/url' ? maskedUrl(held) : (shownArgs[Number(pointer.slice(6))] ?? held)),
  );
  return { masked, values };
}

/** Scheme, host and path: a URL still, with whatever it carried gone. */
function maskedUrl(url: string): string {
  // `https:///user:pass@host` is the same to whoever dials it as with two slashes.
  const masked = maskText(url.replace(/^(https?:)\/+/i, '$1//'));
  if (masked === url) return url;
  // A path can hold a secret too, and a password can hold an @.
  const [, scheme = 'https', rest] = /^(https?):\/\/(?:[^/?#]*@)?([^?#]*)/i.exec(masked) ?? [];
  return `${scheme.toLowerCase()}://${rest || 'masked.invalid'}?masked`;
}

/** Puts values back where they were taken from. */
export const joinAction = (masked: Action, values: ActionValues): Action =>
  rewrite(
    masked,
    (held, pointer) => values[pointer] ?? held,
    (held, pointer) => values[pointer] ?? held,
  );
