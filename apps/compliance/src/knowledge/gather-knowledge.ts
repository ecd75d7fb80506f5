import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import type { PackageReference } from '../launch/fetched-package.ts';
import { packageReference } from '../launch/package-reference.ts';
import { unwrapCommand } from '../launch/unwrap-command.ts';
import { type AskFacts, factsKey, type Knowledge, type PackageFacts, type Unknown } from './package-facts.ts';

/** Registries are asked for so many packages at the same time. */
const AT_ONCE = 4;

/** Asks once for each package of the servers. */
export async function gatherKnowledge(servers: readonly AssessedServer[], ask: AskFacts): Promise<Knowledge> {
  const wanted = new Map<string, PackageReference>();
  for (const { snapshot } of servers) {
    const invocation = snapshot === null ? undefined : unwrapCommand(snapshot.launch);
    const pkg = invocation === undefined ? undefined : packageReference(invocation);
    if (pkg !== undefined) wanted.set(factsKey(pkg), pkg);
  }
  const answers = new Map<string, PackageFacts | Unknown>();
  const queue = [...wanted];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) answers.set(next[0], await ask(next[1]));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}
