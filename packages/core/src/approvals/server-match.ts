import type { ActionType } from '@mcp-coordinator/contract/actions.contract';
import type { ClientId } from '@mcp-coordinator/contract/inventory.contract';
import type { ServerMatch } from '@mcp-coordinator/contract/policies.contract';

/** What a rule of the policy asks about an action. Null stands for what is not known. */
export interface SubjectAction {
  readonly type: ActionType;
  readonly serverName: string;
  readonly client: ClientId | null;
  readonly installerId: string | null;
}

/** Whether a rule is about this action's server. What is not known fits, so that nothing slips past a rule by being unclear. */
export const matchesServer = (match: ServerMatch, action: SubjectAction): boolean =>
  (match.name === undefined || matchesGlob(match.name, action.serverName)) &&
  (match.client === undefined || action.client === null || match.client === action.client) &&
  (match.installerId === undefined ||
    action.installerId === null ||
    matchesGlob(match.installerId, action.installerId));

/** Another spelling of a name must not lead around a rule. */
const folded = (text: string): string[] => Array.from(text.normalize('NFKC').toLowerCase());

/** `*` and `?` as in a shell, over the whole text. In time linear in both but for the last star, whatever the pattern. */
export function matchesGlob(pattern: string, text: string): boolean {
  const wanted = folded(pattern);
  const given = folded(text);
  let at = 0;
  let star = -1;
  let resumeAt = 0;
  for (let index = 0; index < given.length; ) {
    if (wanted[at] === '*') {
      star = at;
      resumeAt = index;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      // The star takes one more character.
      resumeAt += 1;
      index = resumeAt;
      at = star + 1;
    } else return false;
  }
  return wanted.slice(at).every((rest) => rest === '*');
}
