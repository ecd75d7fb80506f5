const ids = (family: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${family}-${String(index + 1).padStart(2, '0')}`);

/** Every public rule id, made or planned: a waiver may name no other. */
export const RULE_IDS: ReadonlySet<string> = new Set([
  ...ids('CFG', 13),
  ...ids('SUP', 6),
  ...ids('TDF', 16),
  ...ids('XSV', 3),
  ...ids('DRF', 4),
  ...ids('RUN', 5),
  ...ids('GOV', 1),
]);
