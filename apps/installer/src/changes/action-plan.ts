import { createHash } from 'node:crypto';
import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { maskLaunch } from '@mcp-coordinator/core/configuration/observe';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { restartHint } from '../clients/known-clients.ts';
import { type KeyedHash, stableText } from '../inventory/keyed-hash.ts';
import { sectionHash } from '../inventory/section-hash.ts';
import type { Machine } from '../machine.ts';
import type { Draft } from './draft.ts';
import { maskedDiff } from './masked-diff.ts';
import { lockOf, storeSteps } from './store-launch.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A draft as it may leave the machine: secrets masked in what is shown, keyed hashes of them in what is digested. */
export function planOf(draft: Draft, machine: Machine): ActionPlan {
  const { action, config, name, target, package: found } = draft;
  const before = sectionHash(config.file, draft.document.value, machine.keyedHash);
  const after = sectionHash(config.file, draft.after.value, machine.keyedHash);
  const undo = undoOf(draft);
  const bound = { type: action.type, serverName: name, target, sectionHash: before, sectionHashAfter: after, undo };
  return {
    actionId: action.id,
    ...bound,
    intents: [...draft.intents],
    diff: maskedDiff(config.file.path, draft.document, draft.after, config.bytes !== null),
    launch: launchShown(draft),
    package: found,
    steps: stepsOf(draft),
    restart: [restartHint(config.file.client)],
    planDigest: digestJson(
      { ...bound, ...launchBound(draft, machine.keyedHash), package: packageBound(found), ...lockOf(draft) },
      sha256,
    ),
  };
}

function undoOf({ config }: Draft): ActionPlan['undo'] {
  const description =
    config.bytes === null
      ? `Removes ${config.file.path}, which was not there`
      : `Restores ${config.file.path} to the byte`;
  return { kind: 'restore_bytes', description };
}

const variablesOf = ({ launchAfter, secrets }: Draft): string[] =>
  [
    ...new Set([
      ...Object.keys(launchAfter?.env ?? {}),
      ...Object.keys(secrets?.values ?? {}),
      ...Object.keys(launchAfter?.headers ?? {}),
    ]),
  ].sort();

function launchShown(draft: Draft): ActionPlan['launch'] {
  if (draft.launchAfter === null) return null;
  const { command, args = [], url } = maskLaunch(draft.launchAfter);
  return { argv: command === undefined ? [] : [command, ...args], variables: variablesOf(draft), url: url ?? null };
}

/** Everything that would run, with values under the machine's key: no digest can be searched for a secret. */
function launchBound(draft: Draft, keyedHash: KeyedHash): object {
  const { launchAfter, secrets } = draft;
  const { command, args, url }: Partial<Launch> = launchAfter ?? {};
  return {
    argv: keyedHash(stableText([command ?? null, args ?? [], url ?? null])),
    variables: variablesOf(draft),
    values: keyedHash(stableText([launchAfter?.env ?? {}, launchAfter?.headers ?? {}, secrets?.values ?? {}])),
  };
}

/** Why a registry did not answer is no part of what will be done. */
const packageBound = (found: Draft['package']): object | null =>
  found !== null && 'status' in found ? { status: found.status } : found;

function stepsOf(draft: Draft): ActionPlan['steps'] {
  const { config, package: found, launchAfter, secrets, action } = draft;
  const steps: ActionPlan['steps'] = [
    {
      step: 'Read the file',
      result: 'ok',
      observed:
        config.bytes === null
          ? `${config.file.path} is not there yet`
          : `${config.file.path}, ${config.bytes.bytes.length} bytes`,
    },
  ];
  if (found !== null && 'status' in found)
    steps.push({ step: 'Resolve the package', result: 'unknown', observed: found.reason });
  else if (found !== null)
    steps.push({ step: 'Resolve the package', result: 'ok', observed: `${found.name}@${found.version}` });
  steps.push({
    step: 'Edit without loss',
    result: 'ok',
    observed: 'the edited text parses to exactly the change that is meant',
  });
  if (action.type === 'install_server' && action.trial === true) {
    steps.push({
      step: 'Start it in a sandbox',
      result: 'unknown',
      observed: 'this installer has no sandbox; nothing was started',
    });
  }
  steps.push(...storeSteps(draft.stored));
  if (secrets !== null)
    steps.push({
      step: 'Keep secrets',
      result: 'would_run',
      observed: `${Object.keys(secrets.values).join(', ')} in the machine's secret store`,
    });
  steps.push({ step: 'Write the file', result: 'would_run', observed: config.file.path });
  if (launchAfter?.enabled === true)
    steps.push({
      step: 'Start the server and list its tools',
      result: 'would_run',
      observed: 'restores the file when it does not start',
    });
  return steps;
}
