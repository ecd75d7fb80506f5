import { AGGRESSION_SIGNS } from './hostility/aggression-signs.ts';
import { ASSET_SIGNS } from './hostility/asset-signs.ts';
import type { Concept } from './hostility/concept.ts';
import { DECEIT_SIGNS } from './hostility/deceit-signs.ts';
import { HONEST_SIGNS } from './hostility/honest-signs.ts';
import { PARTY_SIGNS } from './hostility/party-signs.ts';
import { STEALTH_SIGNS } from './hostility/stealth-signs.ts';

/** What the openly hostile speak of. Each is innocent somewhere; together they are not. */
export const CONCEPTS: readonly Concept[] = [
  ...PARTY_SIGNS,
  ...STEALTH_SIGNS,
  ...AGGRESSION_SIGNS,
  ...DECEIT_SIGNS,
  ...ASSET_SIGNS,
  ...HONEST_SIGNS,
];
