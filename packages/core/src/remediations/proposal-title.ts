import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';

const WORDS: Record<ActionPlan['type'], string> = {
  install_server: 'Install',
  remove_server: 'Remove',
  update_server: 'Change',
  generate_config: 'Write an entry for',
  pin_tools: 'Pin the tools of',
  accept_risk: 'Accept a risk of',
};

/** The effect in one line, made from the plans: "Install memory and remove postgres". At most 200 characters. */
export function proposalTitle(plans: readonly ActionPlan[]): string {
  const parts = plans.map((plan) => `${WORDS[plan.type]} ${plan.serverName}`);
  const shown = parts
    .slice(0, 3)
    .map((part, index) => (index === 0 ? part : part.charAt(0).toLowerCase() + part.slice(1)));
  const rest = parts.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  const title = all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : (all[0] ?? 'Nothing');
  return title.length > 200 ? `${title.slice(0, 199)}…` : title;
}
