import { packageReference } from '../launch/package-reference.ts';
import { unwrapCommand } from '../launch/unwrap-command.ts';
import type { FleetMember } from './fleet.ts';

/** True when two entries start or reach one and the same server: nothing it does to itself is an attack on another. */
export function isSameServer({ server: a }: FleetMember, { server: b }: FleetMember): boolean {
  if (a === b || a.name === b.name) return true;
  if (a.launch.url !== undefined && a.launch.url === b.launch.url) return true;
  const [one, other] = [a, b].map(({ launch }) => {
    const invocation = unwrapCommand(launch);
    return invocation === undefined ? undefined : packageReference(invocation);
  });
  return one !== undefined && other !== undefined && one.registry === other.registry && one.name === other.name;
}
