import type { ActionPlan, Intent } from '@mcp-coordinator/contract/actions.contract';

const WORDS: Record<ActionPlan['type'], string> = {
  install_server: 'Install',
  remove_server: 'Remove',
  update_server: 'Change',
  generate_config: 'Write an entry for',
  pin_tools: 'Pin the tools of',
  accept_risk: 'Accept a risk of',
};

/** What a change of an entry does to it, where its intents tell. */
const EFFECTS: Partial<Record<Intent['verb'], string>> = {
  Pin: 'pin the package of',
  Move: 'move the secrets of',
  Narrow: 'narrow the approval of',
  Disable: 'disable',
  Enable: 'enable',
};

/** "Pin the package of files", "Pin the package of and move the secrets of files", or the plain word of its type. */
function effectOf({ type, serverName, intents }: ActionPlan): string {
  const effects = type === 'update_server' ? new Set(intents.map(({ verb }) => EFFECTS[verb])) : new Set([undefined]);
  if (effects.has(undefined) || effects.size === 0) return `${WORDS[type]} ${serverName}`;
  const words = [...effects].join(' and ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${serverName}`;
}

/** Each effect once, with how many places it has: the same server stands in several files, or on several machines. */
function effectsOf(plans: readonly ActionPlan[]): string[] {
  const places = new Map<string, number>();
  for (const effect of plans.map(effectOf)) places.set(effect, (places.get(effect) ?? 0) + 1);
  return [...places].map(([effect, count]) => (count === 1 ? effect : `${effect} in ${count} places`));
}

/** The effect in one line, made from the plans: "Install memory and remove postgres". At most 200 characters. */
export function proposalTitle(plans: readonly ActionPlan[], where = ''): string {
  const parts = effectsOf(plans);
  const shown = parts
    .slice(0, 3)
    .map((part, index) => (index === 0 ? part : part.charAt(0).toLowerCase() + part.slice(1)));
  const rest = parts.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  const title = all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : (all[0] ?? 'Nothing');
  const most = 200 - where.length;
  return `${title.length > most ? `${title.slice(0, most - 1)}…` : title}${where}`;
}
