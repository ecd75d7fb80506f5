import type { CallValue } from '@mcp-coordinator/client/route-call';
import type { RouteName, Routes } from '@mcp-coordinator/contract/routes';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { call } from './ask.ts';

/** Routes that answer in pages by cursor. */
export type PagedName = {
  [Name in RouteName]: CallValue<Name> extends { nextCursor: string | null } ? Name : never;
}[RouteName] &
  keyof Routes;

/** A list as an infinite query: each page starts at the cursor of the one before, and costs the same at any depth. */
export const askPages = <Name extends PagedName>(name: Name, query: Record<string, string | number | undefined>) =>
  infiniteQueryOptions({
    queryKey: [name, 'pages', query] as const,
    queryFn: ({ pageParam, signal }): Promise<CallValue<Name>> =>
      // Every paged route takes `limit` and `cursor`; which filters it takes is the caller's matter.
      call<PagedName>(name, { query: { ...query, cursor: pageParam } }, { signal }) as Promise<CallValue<Name>>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page as { nextCursor: string | null }).nextCursor ?? undefined,
  });
