import { REFUSAL_CODES, type RefusalCode, refuse } from '@mcp-coordinator/contract/refusals';
import type { proposeRemediationSchema } from '@mcp-coordinator/contract/remediations.contract';
import { accept, deny } from '@mcp-coordinator/core/result';
import type { z } from 'zod';
import type { Propose } from './authority.ts';

const PROPOSE_MS_MAX = 60_000;

/** Turns an agent's wish into a proposal on the coordinator, under this machine's key. Changes nothing here. */
export const proposeTo =
  (coordinatorUrl: string, apiKey: string): Propose =>
  async (action) => {
    const body: z.input<typeof proposeRemediationSchema> = {
      issues: [],
      priority: 'medium',
      autoApprove: false,
      proposedActions: [action],
    };
    const answer = await post(new URL('/api/v1/remediations/propose', coordinatorUrl), apiKey, body);
    if (answer === null)
      return deny(
        refuse(
          'dependency_unavailable',
          'The coordinator cannot be reached. Nothing was changed and nothing was proposed. Try again later.',
        ),
      );
    const { proposalId, code, detail } = answer;
    if (typeof proposalId === 'string') {
      return accept({
        proposalId,
        url: new URL(`/remediation/${encodeURIComponent(proposalId)}`, coordinatorUrl).href,
      });
    }
    const known = REFUSAL_CODES.find((candidate): candidate is RefusalCode => candidate === code);
    return deny(
      refuse(
        known ?? 'dependency_unavailable',
        typeof detail === 'string' ? detail : 'The coordinator did not take the proposal. Nothing was changed.',
      ),
    );
  };

interface Answer {
  readonly proposalId?: unknown;
  readonly code?: unknown;
  readonly detail?: unknown;
}

async function post(url: URL, apiKey: string, body: unknown): Promise<Answer | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(PROPOSE_MS_MAX),
    });
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch {
    // Not reachable, not in time, or no JSON: to the caller all the same.
    return null;
  }
}
