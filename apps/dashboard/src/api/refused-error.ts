import type { ApiRefusal } from '@mcp-coordinator/client/route-call';

/** A refusal on its way through TanStack Query, which knows errors alone. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly refusal: ApiRefusal;

  constructor(refusal: ApiRefusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

export const refusalOf = (error: unknown): ApiRefusal | undefined =>
  error instanceof RefusedError ? error.refusal : undefined;
