import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';

/** What consent is given with is the token, so it is the token that has to stand on a second factor. */
export const needsSecondFactor = (doing: string, nothingWas: string): Refusal<'second_factor_missing'> =>
  refuse(
    'second_factor_missing',
    `${doing} takes a second factor. Nothing was ${nothingWas}. Enrol one, and mint the approval token with it.`,
  );
