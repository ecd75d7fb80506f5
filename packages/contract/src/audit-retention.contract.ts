import { z } from 'zod';
import { digestHexSchema } from './audit.contract.ts';
import { idSchema, ok, reasonSchema, timestampSchema } from './fields.ts';
import { defineRoutes } from './route.ts';

export const auditPruningSchema = z.object({
  first: z.int(),
  end: z.int(),
  /** The archive, on the instance that made it, and its hex SHA-256. */
  file: z.string(),
  sha256: digestHexSchema,
  rootHash: digestHexSchema,
  prunedAt: timestampSchema,
});
export type AuditPruning = z.infer<typeof auditPruningSchema>;

export const auditPruningRequestSchema = z.object({
  id: z.string(),
  status: z.enum(['pending', 'approved', 'rejected', 'done', 'failed']),
  /** Records from before this moment. */
  before: timestampSchema,
  reason: z.string(),
  requestedBy: z.string(),
  createdAt: timestampSchema,
  decidedBy: z.string().nullable(),
  decidedAt: timestampSchema.nullable(),
  decisionReason: z.string().nullable(),
  end: z.int().nullable(),
  problem: z.string().nullable(),
});
export type AuditPruningRequest = z.infer<typeof auditPruningRequestSchema>;

const tag = 'audit';
export const auditRetentionRoutes = defineRoutes({
  eraseAuditPayload: {
    method: 'POST',
    path: '/audit/logs/:id/erasure',
    summary: 'Erase the details of a record for good; its leaf still verifies',
    tag,
    access: ['manage_policy'],
    people: true,
    params: z.strictObject({ id: idSchema }),
    body: z.strictObject({ reason: reasonSchema }),
    responses: { 200: ok({ id: z.string() }) },
    refusals: ['not_found', 'invalid_transition'],
  },
  listAuditPrunings: {
    method: 'GET',
    path: '/audit/prunings',
    summary: 'What was archived and removed, newest first, and requests to do so',
    tag,
    access: ['view_audit'],
    people: true,
    responses: { 200: ok({ prunings: z.array(auditPruningSchema), requests: z.array(auditPruningRequestSchema) }) },
    refusals: [],
  },
  requestAuditPruning: {
    method: 'POST',
    path: '/audit/prunings',
    summary: 'Ask to archive and remove old records; another person decides',
    tag,
    access: ['manage_policy'],
    people: true,
    body: z.strictObject({ before: timestampSchema, reason: reasonSchema }),
    responses: { 202: ok({ request: auditPruningRequestSchema }) },
    refusals: ['invalid_transition'],
  },
  decideAuditPruning: {
    method: 'POST',
    path: '/audit/prunings/:id/decision',
    summary: 'Approve or reject a request to remove old records that someone else made',
    tag,
    access: ['manage_policy'],
    people: true,
    params: z.strictObject({ id: idSchema }),
    body: z.strictObject({ decision: z.enum(['approved', 'rejected']), reason: reasonSchema }),
    responses: { 200: ok({ request: auditPruningRequestSchema }) },
    refusals: ['not_found', 'invalid_transition', 'self_approval'],
  },
});
