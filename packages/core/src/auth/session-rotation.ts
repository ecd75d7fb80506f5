/** Two tabs, or a client that did not get the answer, may refresh with the same token within this. */
const REFRESH_GRACE_SECONDS = 10;

/** Where the chain of a session's refresh ids stands. */
export interface RefreshChain {
  readonly current: string | null;
  readonly previous: string | null;
  readonly rotatedAt: Date | null;
}

export type RefreshVerdict = 'rotate' | 'repeat' | 'reuse';

/**
 * What to do with a refresh id: the current one is exchanged for a new one, the one before gets the current one again for a
 * moment. Any other was exchanged long ago: someone holds a copy.
 */
export function judgeRefresh(chain: RefreshChain, presented: string | undefined, now: Date): RefreshVerdict {
  if (presented === undefined) return 'reuse';
  if (chain.current === null || presented === chain.current) return 'rotate';
  const age = chain.rotatedAt ? now.getTime() - chain.rotatedAt.getTime() : Number.POSITIVE_INFINITY;
  return presented === chain.previous && age < REFRESH_GRACE_SECONDS * 1000 ? 'repeat' : 'reuse';
}
