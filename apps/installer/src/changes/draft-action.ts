import { isDeepStrictEqual } from 'node:util';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { deny, type Result } from '@mcp-coordinator/core/result';
import { serversIn } from '../inventory/configured-servers.ts';
import type { ChangeRefusal, Desk, Draft } from './draft.ts';
import { draftGenerate } from './draft-generate.ts';
import { draftInstall } from './draft-install.ts';
import { draftRemove } from './draft-remove.ts';
import { draftUpdate } from './draft-update.ts';
import { keepsToItself } from './own-data.ts';

/** Works out what an action would do to the files as they stand on the desk. Writes nothing. */
export async function draftAction(action: Action, desk: Desk): Promise<Result<Draft, ChangeRefusal>> {
  const draft = await draftOf(action, desk);
  if (!draft.ok) return draft;
  const { config, document, root, name, launchAfter } = draft.value;
  const before = serversIn(config.file, document.value).find(
    (server) => server.name === name && isDeepStrictEqual(server.root, root),
  );
  const kept = await keepsToItself(launchAfter, before?.launch ?? null, config.file, desk);
  return kept.ok ? draft : kept;
}

async function draftOf(action: Action, desk: Desk): Promise<Result<Draft, ChangeRefusal>> {
  switch (action.type) {
    case 'install_server':
      return draftInstall(action, desk);
    case 'remove_server':
      return draftRemove(action, desk);
    case 'update_server':
      return draftUpdate(action, desk);
    case 'generate_config':
      return draftGenerate(action, desk);
    case 'pin_tools':
    case 'accept_risk':
      return deny(
        refuse(
          'action_refused',
          `${action.type} is carried out by a compliance server, not by an installer. Nothing was changed.`,
        ),
      );
  }
}
