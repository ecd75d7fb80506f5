import type { removeServerSchema } from '@mcp-coordinator/contract/actions.contract';
import { accept, type Result } from '@mcp-coordinator/core/result';
import type { z } from 'zod';
import { documentOf, targetOf } from './add-entry.ts';
import type { ChangeRefusal, Desk, Draft } from './draft.ts';
import { findServer } from './find-target.ts';
import { editMembers } from './write-entry.ts';

/** Takes a server out of the file it stands in; comments and all other members stay. */
export async function draftRemove(
  action: z.infer<typeof removeServerSchema>,
  desk: Desk,
): Promise<Result<Draft, ChangeRefusal>> {
  const found = await findServer(action.serverName, action.target, desk);
  if (!found.ok) return found;
  const { config, root, name, file } = found.value;
  const document = documentOf(config);
  const edited = editMembers(document, [{ path: [...root, name], value: undefined }]);
  if (!edited.ok) return edited;
  const target = targetOf(file, desk.machine);
  return accept({
    action,
    resolved: { ...action, serverName: name, target },
    config,
    document,
    root,
    name,
    target,
    after: edited.value,
    entryAfter: undefined,
    launchAfter: null,
    secrets: null,
    stored: null,
    dropped: [],
    package: null,
    intents: [{ verb: 'Remove', text: `Server ${name} from ${file.client} (${file.scope}): ${file.path}` }],
  });
}
