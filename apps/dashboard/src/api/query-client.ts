import { UnreachableError } from '@mcp-coordinator/client/http';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { refusalOf } from './refused-error.ts';

const ENDED = ['unauthenticated', 'session_expired'];

/** `onSignedOut` is called when any answer says that the session is over. */
export const createQueryClient = (onSignedOut: () => void): QueryClient => {
  const watch = (error: unknown) => {
    if (ENDED.includes(refusalOf(error)?.code ?? '')) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // The client repeats what is safe to repeat by itself; a refusal is an answer.
        retry: (failures, error) => error instanceof UnreachableError && failures < 1,
      },
      mutations: { retry: false },
    },
  });
};
