import { z } from 'zod';
import { actionPlanSchema, actionSchema } from './actions.contract.ts';
import { consentSchema } from './consent.contract.ts';
import { idSchema, serverKeySchema, timestampSchema } from './fields.ts';
import { assessmentResultsSchema } from './findings.contract.ts';
import { inventorySchema, inventoryServerSchema, launchSchema } from './inventory.contract.ts';

/** The MCP tools of the installer and the compliance server: names, inputs, outputs, annotations (CONTRACT §5). */
export interface ToolContract {
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
}

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;
const CHANGES = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false } as const;

/** What the coordinator hands over with each approved action. */
const granted = {
  executionId: idSchema,
  action: actionSchema,
  /** Compact JWS, EdDSA, type `mcp-grant+jwt`; see `grantClaimsSchema`. */
  grant: z.string(),
};

/** What became of an action. The same execution and action id get the same answer again, over restarts (journal). */
export const actionOutcomeSchema = z.object({
  executionId: z.string(),
  actionId: z.string(),
  status: z.enum(['completed', 'failed', 'rolled_back', 'refused', 'stale']),
  /** Why it is not completed: what happened, what was not changed, what to do. */
  error: z.string().nullable(),
  diff: z.string(),
  log: z.array(z.string()),
  /** True when this answer came from the journal. */
  replayed: z.boolean(),
  durationMs: z.number(),
});
export type ActionOutcome = z.infer<typeof actionOutcomeSchema>;

/**
 * Claims of an execution grant (CONTRACT §4 "Execute"). `aud` is the executor's server id, `nonce` the one it registered with
 * for its present link, `planDigest` what it itself previewed; each grant (`jti`) is good for one action, once.
 */
export const grantClaimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  jti: z.string(),
  iat: z.number(),
  exp: z.number(),
  operation: z.enum(['apply', 'rollback']),
  executionId: z.string(),
  proposalId: z.string(),
  actionId: z.string(),
  /** SHA-256 of the RFC 8785 form of the action as handed over. */
  actionDigest: z.string(),
  planDigest: z.string(),
  proposalDigest: z.string(),
  nonce: z.string(),
  /** Where people signed the proposal with passkeys. */
  consent: consentSchema.optional(),
});
export type GrantClaims = z.infer<typeof grantClaimsSchema>;

/** Alone (no coordinator) a change carries no grant: the person is asked through elicitation instead. */
const change = z.object({ executionId: idSchema.optional(), action: actionSchema, grant: z.string().optional() });
/** With a coordinator and without a grant, a change becomes a proposal: its id and the page where a person decides. */
const changeOutcome = z.object({
  outcome: actionOutcomeSchema.optional(),
  proposal: z.object({ proposalId: z.string(), url: z.string() }).optional(),
});

export const INSTALLER_TOOLS = {
  list_servers: {
    title: 'List MCP servers',
    description: 'Lists the MCP servers that the clients on this machine are configured to start.',
    input: z.object({ fresh: z.boolean().optional() }),
    output: z.object({ inventory: inventorySchema }),
    annotations: READS,
  },
  preview_change: {
    title: 'Preview a change',
    description: 'Shows exactly what a list of actions would do, in order, without writing anything.',
    input: z.object({
      actions: z.array(actionSchema).min(1).max(100),
      /** Absolute paths that no MCP server may be given, where they are on this machine: the coordinator's own data. */
      protectedPaths: z.array(z.string()).max(100).optional(),
    }),
    output: z.object({
      plans: z.array(actionPlanSchema),
      /** Actions that cannot be done, with the reason; then `plans` is empty. */
      refused: z.array(
        z.object({
          actionId: z.string(),
          code: z.enum(['action_refused', 'target_required', 'ambiguous_server']),
          reason: z.string(),
        }),
      ),
      /** The actions as they will run: exact versions filled in, the target named. What is approved are these. */
      resolvedActions: z.array(actionSchema),
    }),
    annotations: READS,
  },
  install_server: {
    title: 'Install an MCP server',
    description: 'Adds an MCP server to a client configuration, starts it once and lists its tools.',
    input: change,
    output: changeOutcome,
    annotations: CHANGES,
  },
  update_server: {
    title: 'Update an MCP server',
    description: 'Changes the configuration of an MCP server that a client already has.',
    input: change,
    output: changeOutcome,
    annotations: CHANGES,
  },
  remove_server: {
    title: 'Remove an MCP server',
    description: 'Removes an MCP server from a client configuration.',
    input: change,
    output: changeOutcome,
    annotations: CHANGES,
  },
  generate_config: {
    title: 'Write a configuration entry',
    description: 'Writes the entry of a server that one client has into the configuration of another client.',
    input: change,
    output: changeOutcome,
    annotations: CHANGES,
  },
  rollback_change: {
    title: 'Undo a change',
    description: 'Undoes an action that was carried out, to the byte where the file is as the action left it.',
    input: z.object({ ...granted, reason: z.string().max(2000) }),
    output: z.object({ outcome: actionOutcomeSchema }),
    annotations: CHANGES,
  },
} as const satisfies Record<string, ToolContract>;

/** What the coordinator knows of a server beside its entry; rules that need it are silent where it is absent. */
const serverContextSchema = z.object({
  /** Who agreed to it; null when nobody did. */
  approval: z
    .object({ approvedAt: timestampSchema, approvedBy: z.array(z.string()).min(1), requestedBy: z.string() })
    .nullable()
    .optional(),
  /** Integrity as recorded at approval, and as found now; who maintained the package then. */
  artifact: z
    .object({ recorded: z.string(), found: z.string().optional(), maintainers: z.array(z.string()).optional() })
    .optional(),
});

/** A server to be judged: what the inventory says, under the key that results use; null where no installer knows it. */
export const assessedServerSchema = z.object({
  key: serverKeySchema,
  snapshot: inventoryServerSchema.nullable(),
  /** Whose inventory it comes from; needed where the key is the bare name, so that an action's `target` can name it. */
  installerId: idSchema.optional(),
  context: serverContextSchema.optional(),
  file: z.object({ mode: z.string().nullable(), gitTracked: z.union([z.boolean(), z.literal('unknown')]) }).optional(),
  /** Of the installer that reports it: its data, and the folder in it whose programs entries may name. */
  own: z.object({ data: z.string(), programs: z.string() }).optional(),
  /** A change of its entry that nobody approved, and how it was started before (DRF-04). */
  drift: z
    .object({ change: z.enum(['added', 'changed']), seenAt: timestampSchema, before: launchSchema.optional() })
    .optional(),
});
export type AssessedServer = z.infer<typeof assessedServerSchema>;

export const COMPLIANCE_TOOLS = {
  compliance_assessment: {
    title: 'Assess MCP servers',
    description: 'Judges snapshots of MCP servers against the compliance rules. Starts nothing.',
    input: z.object({
      assessmentId: idSchema,
      assessmentType: z.string(),
      includeDetails: z.boolean(),
      servers: z.array(assessedServerSchema).max(5000),
      /** Absolute paths that no MCP server should be able to read. */
      protectedPaths: z.array(z.string()).max(100),
    }),
    output: z.object({ results: assessmentResultsSchema, rulesVersion: z.string() }),
    annotations: READS,
  },
  generate_remediation_proposal: {
    title: 'Propose remediation',
    description: 'Makes actions out of the findings of an assessment; says which findings no action can mend.',
    input: z.object({
      assessmentId: idSchema,
      results: assessmentResultsSchema,
      servers: z.array(assessedServerSchema).max(5000),
      /** Only these issue codes; all when absent. */
      issues: z.array(z.string()).optional(),
    }),
    output: z.object({
      actions: z.array(actionSchema),
      unresolved: z.array(z.object({ server: z.string(), issue: z.string(), reason: z.string() })),
    }),
    annotations: READS,
  },
  execute_remediation: {
    title: 'Carry out a compliance action',
    description: 'Pins tool definitions or records an accepted risk; with dryRun it only says what it would do.',
    input: z.object({
      operation: z.enum(['preview', 'apply', 'rollback']),
      executionId: idSchema.optional(),
      /** One for apply and rollback; any number for preview. */
      actions: z.array(actionSchema).min(1).max(100),
      grant: z.string().optional(),
      /** The snapshots the actions speak of (tool definitions to pin). */
      servers: z.array(assessedServerSchema).max(100),
    }),
    output: z.object({
      plans: z.array(actionPlanSchema).optional(),
      refused: z
        .array(
          z.object({
            actionId: z.string(),
            code: z.enum(['action_refused', 'target_required', 'ambiguous_server']),
            reason: z.string(),
          }),
        )
        .optional(),
      outcome: actionOutcomeSchema.optional(),
    }),
    annotations: CHANGES,
  },
} as const satisfies Record<string, ToolContract>;

export const SERVER_TOOLS = { installer: INSTALLER_TOOLS, compliance: COMPLIANCE_TOOLS } as const;
export type InstallerTool = keyof typeof INSTALLER_TOOLS;
export type ComplianceTool = keyof typeof COMPLIANCE_TOOLS;
