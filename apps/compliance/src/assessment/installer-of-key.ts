import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';

/**
 * The installer in a server's key (CONTRACT §4 "Names"): `installerId/client/scope/name`, followed by the path where two
 * files hold the same. Undefined when the key is the bare name. Names may hold slashes themselves.
 */
export function installerOfKey(key: string, { client, scope, name, path }: InventoryServer): string | undefined {
  const qualified = key.endsWith(` (${path})`) ? key.slice(0, -path.length - 3) : key;
  const tail = `/${client}/${scope}/${name}`;
  if (!qualified.endsWith(tail) || qualified.length === tail.length) return undefined;
  const installerId = qualified.slice(0, -tail.length);
  return installerId.includes('/') ? undefined : installerId;
}
