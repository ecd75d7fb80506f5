import { problemSchema } from '@mcp-coordinator/contract/refusals';
import type { ApiRefusal } from './route-call.ts';

const retryAfter = (response: Response): number | null => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
};

/** An answer that no coordinator gave: a proxy's page, or a body that broke off. */
const foreign = (response: Response): ApiRefusal => ({
  code: [502, 503, 504].includes(response.status) ? 'dependency_unavailable' : 'internal_error',
  status: response.status,
  title: 'The answer was not understood',
  detail: `The answer had status ${response.status} and was not one of the coordinator’s. Whether anything was changed is not known: look before trying again.`,
  requestId: response.headers.get('x-request-id') ?? '',
  errors: [],
  retryAfterSeconds: retryAfter(response),
});

/** Reads `application/problem+json` of an unsuccessful answer. */
export const readRefusal = async (response: Response): Promise<ApiRefusal> => {
  const problem = problemSchema.safeParse(await response.json().catch(() => null));
  if (!problem.success) return foreign(response);
  const { code, status, title, detail, requestId, errors = [] } = problem.data;
  return { code, status, title, detail, requestId, errors, retryAfterSeconds: retryAfter(response) };
};
