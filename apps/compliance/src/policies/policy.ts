import { severitySchema } from '@mcp-coordinator/contract/findings.contract';
import { z } from 'zod';
import { RULE_IDS } from '../rules/rule-ids.ts';

const ruleIdSchema = z.string().refine((id) => RULE_IDS.has(id), 'is no rule of the catalogue');
/** A name with `*` for any run of characters. */
const globSchema = z.string().min(1).max(200);

const settingSchema = z.strictObject({
  /** Switched off, the rule's findings are not made. */
  enabled: z.boolean().optional(),
  severity: severitySchema.optional(),
  rationale: z.string().max(500).optional(),
});
const settingsSchema = z.record(ruleIdSchema, settingSchema);

const scopeSchema = z.strictObject({
  /** All of the named kinds must match; an absent kind matches anything. */
  match: z.strictObject({
    servers: z.array(globSchema).min(1).optional(),
    clients: z.array(globSchema).min(1).optional(),
    installers: z.array(globSchema).min(1).optional(),
  }),
  rules: settingsSchema,
});

const waiverSchema = z.strictObject({
  rule: ruleIdSchema,
  servers: z.array(globSchema).min(1),
  reason: z.string().min(1).max(500),
  by: z.string().min(1).max(200),
  /** The waiver ends at this time; there are no waivers without end. */
  until: z.iso.datetime(),
});

const mappingSchema = z.strictObject({
  owasp: z.array(z.string()),
  nist: z.array(z.string()),
  cis: z.array(z.string()),
});

/** A policy as it stands in a YAML file. */
export const policySchema = z.strictObject({
  /** Of the format; this is the only one. */
  version: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  title: z.string().max(200),
  description: z.string().max(2000).optional(),
  /** A policy that ships with the program, whose settings this one overrides rule by rule. */
  extends: z.enum(['default', 'strict', 'regulated']).optional(),
  /** From here on `scan` fails when `--fail-on` does not say otherwise. */
  failOn: severitySchema.optional(),
  rules: settingsSchema.default({}),
  /** Later scopes win over earlier ones, and over `rules`. */
  scopes: z.array(scopeSchema).max(500).default([]),
  waivers: z.array(waiverSchema).max(5000).default([]),
  mappings: z.record(ruleIdSchema, mappingSchema).optional(),
  /** Servers that may be used, as `npm:@scope/name@*`, `command:…` or a URL with `*`; without a list SUP-06 is not asked. */
  inventory: z.array(globSchema).max(5000).optional(),
  approvals: z.strictObject({ maxAgeDays: z.int().min(1).max(3650) }).optional(),
});

/** How old an approval may be where the policy does not say. */
export const APPROVAL_DAYS = 365;

export type PolicyDocument = z.infer<typeof policySchema>;
export type RuleSetting = z.infer<typeof settingSchema>;

/** A policy with everything it extends folded in. */
export type Policy = Required<
  Omit<PolicyDocument, 'extends' | 'description' | 'failOn' | 'mappings' | 'inventory' | 'approvals'>
> & {
  readonly inventory: readonly string[] | undefined;
  readonly approvals: { readonly maxAgeDays: number };
  readonly failOn: NonNullable<PolicyDocument['failOn']>;
  readonly mappings: NonNullable<PolicyDocument['mappings']>;
};
