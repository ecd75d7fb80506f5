import { z } from 'zod';
import { serverKeySchema } from './fields.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export const severitySchema = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severitySchema>;

/** Where a finding's evidence stands: a place in a file, or a field of a definition. */
export const locationSchema = z.object({
  path: z.string().optional(),
  pointer: z.string().optional(),
  tool: z.string().optional(),
  field: z.string().optional(),
});

export const findingSchema = z
  .object({
    /** Stable over assessments: the same problem at the same place keeps its id. */
    id: z.string(),
    /** RULES.md's id, such as `CFG-01`. */
    rule: z.string(),
    /** The rule's slug, the issue code of the source document, such as `secret_in_config`. */
    issue: z.string(),
    severity: severitySchema,
    title: z.string(),
    /** The text itself, secrets masked, in words a person can check. */
    evidence: z.string(),
    location: locationSchema,
    /** What to do about it; `actionable` when `generate_remediation_proposal` can make an action of it. */
    fix: z.object({ text: z.string(), actionable: z.boolean() }),
    references: z.array(z.string()),
    /** Set when an approved waiver covers it: it is listed and not counted. */
    waived: z.object({ reason: z.string(), until: z.string() }).optional(),
  })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof findingSchema>;

export const serverResultSchema = z.object({
  status: z.enum(['compliant', 'non_compliant', 'unknown']),
  /** Issue codes, each once, worst first. */
  issues: z.array(z.string()),
  /** With `includeDetails`. */
  findings: z.array(findingSchema).optional(),
  /** Checks that could not be made, each with its reason. */
  unknowns: z.array(z.object({ rule: z.string(), reason: z.string() })).optional(),
});
export type ServerResult = z.infer<typeof serverResultSchema>;

export const assessmentResultsSchema = z
  .object({
    summary: z.object({
      totalIssues: z.int(),
      criticalIssues: z.int(),
      warningIssues: z.int(),
      infoIssues: z.int(),
    }),
    servers: z.record(serverKeySchema, serverResultSchema),
  })
  .meta({ id: 'AssessmentResults' });
export type AssessmentResults = z.infer<typeof assessmentResultsSchema>;
