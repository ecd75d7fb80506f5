import type { Intent } from '@mcp-coordinator/contract/actions.contract';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { classifyValue, isSecret } from '@mcp-coordinator/core/configuration/secrets';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Machine } from '../machine.ts';
import { wrapLaunch } from '../secrets/launcher-entry.ts';
import { nameSecretSet, type SecretSet } from '../secrets/secret-store.ts';
import type { ChangeRefusal } from './draft.ts';

/** A launch that holds no secret, and the set its launcher will hand over. */
export interface Placed {
  readonly launch: Launch;
  readonly secrets: SecretSet | null;
  readonly intents: readonly Intent[];
}

/** Secrets that already stand in the machine's store for this server. */
const NOTHING_KEPT: Readonly<Record<string, string>> = {};

/**
 * Takes secret values of variables out of a launch and starts it through the launcher instead. A secret in a header has no
 * launcher to come from, so it is refused unless it is a reference of the client's own.
 */
export function placeSecrets(
  serverName: string,
  launch: Launch,
  machine: Machine,
  kept = NOTHING_KEPT,
): Result<Placed, ChangeRefusal> {
  const headers = secretNames(launch.headers);
  if (headers.length > 0) {
    const detail = `The header ${headers.join(', ')} holds a secret, and a client can only read it in clear from its file. Nothing was changed. Use a reference to a variable, or approve the action with literal: true.`;
    return deny(refuse('action_refused', detail));
  }
  const names = secretNames(launch.env);
  const moved = Object.fromEntries(Object.entries(launch.env ?? {}).filter(([name]) => names.includes(name)));
  const values = { ...kept, ...moved };
  if (Object.keys(values).length === 0) return accept({ launch, secrets: null, intents: [] });
  if (launch.command === undefined) {
    return deny(
      refuse(
        'action_refused',
        `${serverName} has secret variables and no command to hand them to. Nothing was changed. Give a command.`,
      ),
    );
  }
  const env = Object.fromEntries(Object.entries(launch.env ?? {}).filter(([name]) => !names.includes(name)));
  const secrets = { name: nameSecretSet(serverName, values, machine.keyedHash), values };
  const intents = names.map((name): Intent => ({ verb: 'Move', text: `${name} into this machine's secret store` }));
  return accept({ launch: wrapLaunch({ ...launch, env }, secrets.name, machine), secrets, intents });
}

const secretNames = (values: Readonly<Record<string, string>> | undefined): string[] =>
  Object.entries(values ?? {})
    .filter(([name, value]) => isSecret(classifyValue(name, value)))
    .map(([name]) => name);
