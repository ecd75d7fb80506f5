import type { CallArguments, CallInput, CallValue } from '@mcp-coordinator/client/route-call';
import type { RouteName } from '@mcp-coordinator/contract/routes';
import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { RefusedError } from './refused-error.ts';

/** Calls a route; a refusal is thrown as `RefusedError`. */
export const call = async <Name extends RouteName>(
  name: Name,
  ...input: CallArguments<Name>
): Promise<CallValue<Name>> => {
  const result = await api[name](...input);
  if (!result.ok) throw new RefusedError(result.refusal);
  return result.value;
};

/** A read as query options: its key starts with the route's name, by which events invalidate it. */
export const ask = <Name extends RouteName>(name: Name, input: CallInput<Name>) =>
  queryOptions({
    queryKey: [name, input] as const,
    // The conditional tuple cannot be seen through while the name is open; input and options are its two members.
    queryFn: ({ signal }) => call(name, ...([input, { signal }] as unknown as CallArguments<Name>)),
  });
