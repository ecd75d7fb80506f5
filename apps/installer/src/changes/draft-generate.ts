import type { generateConfigSchema } from '@mcp-coordinator/contract/actions.contract';
import { dialectOf } from '@mcp-coordinator/core/configuration/neutral';
import type { Result } from '@mcp-coordinator/core/result';
import type { z } from 'zod';
import { unwrapLaunch } from '../secrets/launcher-entry.ts';
import { addEntry } from './add-entry.ts';
import type { ChangeRefusal, Desk, Draft } from './draft.ts';
import { added, isTaken, taken } from './draft-install.ts';
import { findSource, openForChange, targetFile } from './find-target.ts';
import { badName, nameProblem } from './may-change.ts';
import { placeSecrets } from './place-secrets.ts';
import { resolvePackage } from './resolve-package.ts';
import { translateReferences } from './write-entry.ts';

/** The launch of a server that another client has, in the target client's own form. Versions stay as they are. */
export async function draftGenerate(
  action: z.infer<typeof generateConfigSchema>,
  desk: Desk,
): Promise<Result<Draft, ChangeRefusal>> {
  const file = targetFile(action.target, desk);
  if (!file.ok) return file;
  const config = await openForChange(file.value, desk);
  if (!config.ok) return config;
  const source = await findSource(action.serverName, action.target, desk);
  if (!source.ok) return source;
  const { name } = source.value;
  const problem = nameProblem(name);
  if (problem !== null) return badName(name, problem);
  if (isTaken(config.value, name)) return taken(name, file.value);
  const inner = unwrapLaunch(source.value.launch);
  const { autoApprove: _unapproved, ...bare } = inner.launch;
  const translated = translateReferences(bare, dialectOf(file.value.client));
  if (!translated.ok) return translated;
  const kept = inner.secretSet === null ? null : await desk.secretStore.read(inner.secretSet);
  const placed = placeSecrets(name, translated.value, desk.machine, kept?.values);
  if (!placed.ok) return placed;
  const resolved = await resolvePackage(bare.command ?? '', bare.args ?? [], desk);
  return addEntry(config.value, desk, {
    action,
    name,
    launch: placed.value.launch,
    secrets: placed.value.secrets,
    stored: null,
    // What runs in one client already may be written down for another, known to the registry or not.
    package: resolved.ok ? resolved.value.package : { status: 'unknown', reason: 'the npm registry does not know it' },
    intents: [added(name, file.value), ...placed.value.intents],
    resolve: () => action,
  });
}
