import { z } from 'zod';
import { idSchema, printable, reasonSchema, serverNameSchema, timestampSchema } from './fields.ts';
import { clientIdSchema, scopeSchema, transportSchema } from './inventory.contract.ts';

/** The actions a proposal may hold (CONTRACT §4). Each type is owned by one kind of server, which alone carries it out. */
export const ACTION_TYPES = [
  'install_server',
  'remove_server',
  'update_server',
  'generate_config',
  'pin_tools',
  'accept_risk',
] as const;
export const actionTypeSchema = z.enum(ACTION_TYPES);
export type ActionType = z.infer<typeof actionTypeSchema>;

export const ACTION_OWNERS: Record<ActionType, 'installer' | 'compliance'> = {
  install_server: 'installer',
  remove_server: 'installer',
  update_server: 'installer',
  generate_config: 'installer',
  pin_tools: 'compliance',
  accept_risk: 'compliance',
};

/** Where a change lands. `path` is absolute, as the inventory reports it, never outside the installer's roots. */
export const targetSchema = z
  .strictObject({
    installerId: idSchema,
    client: clientIdSchema,
    scope: scopeSchema,
    path: z.string().min(1).max(4096),
  })
  .meta({ id: 'Target' });
export type Target = z.infer<typeof targetSchema>;

const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/);
/** Variable values come in clear and are sealed on arrival; every answer shows them masked. */
const envSchema = z.record(variableName, z.string().max(32_768));
const headersSchema = z.record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/), z.string().max(32_768));
const argsSchema = z.array(z.string().max(8192)).max(256);

const base = { id: idSchema, serverName: serverNameSchema, target: targetSchema.optional() };
const definition = {
  transport: transportSchema.optional(),
  command: printable(4096).optional(),
  args: argsSchema.optional(),
  env: envSchema.optional(),
  cwd: z.string().max(4096).optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(4096)
    .optional(),
  headers: headersSchema.optional(),
  /** Write values of `env` and `headers` into the file as they are; without it they go to the machine's secret store. */
  literal: z.boolean().optional(),
  /**
   * `managed`: the npm package of `command` and `args` is installed once into the machine's own store and started by its own
   * program. `npx` (the default): it is started as `command` says.
   */
  store: z.enum(['managed', 'npx']).optional(),
  /** Digest of the versions and checksums of everything that the managed package consists of; filled in by a preview. */
  lock: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
};

/** A server that is not there yet; `command` with `args`, or `url`. */
export const installServerSchema = z.strictObject({
  ...base,
  type: z.literal('install_server'),
  ...definition,
  /** Start the new server inside a sandbox while previewing (CONTRACT §4). */
  trial: z.boolean().optional(),
});
export const removeServerSchema = z.strictObject({ ...base, type: z.literal('remove_server') });

export const UPDATE_FIXES = ['pin_package', 'move_secrets', 'require_approval', 'disable', 'enable'] as const;
/** Named fields replace what stands there; `fixes` change it in place, on the machine, without anything secret travelling. */
export const updateServerSchema = z.strictObject({
  ...base,
  type: z.literal('update_server'),
  ...definition,
  fixes: z.array(z.enum(UPDATE_FIXES)).max(UPDATE_FIXES.length).optional(),
});
/** Writes an entry for a server that another client on the same machine already has, in the target client's own form. */
export const generateConfigSchema = z.strictObject({
  ...base,
  type: z.literal('generate_config'),
  target: targetSchema,
});
/** Remembers the server's tool definitions as they are, so that a later change of them is found (DRF-01). */
export const pinToolsSchema = z.strictObject({
  ...base,
  type: z.literal('pin_tools'),
  definitionsDigest: z.string().optional(),
});
export const ruleSchema = z.string().regex(/^[A-Z]{3}-\d{2}$/);
/** A waiver: the finding's rule on this server is accepted until then. */
export const acceptRiskSchema = z.strictObject({
  ...base,
  type: z.literal('accept_risk'),
  rule: ruleSchema,
  reason: reasonSchema,
  until: timestampSchema,
});

export const actionSchema = z
  .discriminatedUnion('type', [
    installServerSchema,
    removeServerSchema,
    updateServerSchema,
    generateConfigSchema,
    pinToolsSchema,
    acceptRiskSchema,
  ])
  .meta({ id: 'Action' });
export type Action = z.infer<typeof actionSchema>;

/** The package behind a command line, as resolved while previewing. `unknown` when the registry could not say. */
export const packageSchema = z.union([
  z.object({
    registry: z.enum(['npm', 'pypi', 'oci']),
    name: z.string(),
    version: z.string(),
    integrity: z.string().nullable(),
  }),
  z.object({ status: z.literal('unknown'), reason: z.string() }),
]);
export type PackageResolution = z.infer<typeof packageSchema>;

/** One plain sentence of what an action does: verb and object ("Pin", "Package: latest → 2026.8.31"). */
export const INTENT_VERBS = [
  'Add',
  'Remove',
  'Pin',
  'Move',
  'Narrow',
  'Replace',
  'Disable',
  'Enable',
  'Accept',
] as const;
export const intentSchema = z.object({ verb: z.enum(INTENT_VERBS), text: z.string() });
export type Intent = z.infer<typeof intentSchema>;

/**
 * What carrying out one action would do, exactly. `planDigest` is the executor's own SHA-256 over the RFC 8785 form of the
 * plan with secrets replaced by keyed hashes; it recomputes it before acting and refuses when it differs.
 */
export const actionPlanSchema = z
  .object({
    actionId: idSchema,
    type: actionTypeSchema,
    serverName: serverNameSchema,
    target: targetSchema.nullable(),
    /** Keyed hash of the servers section as it stands; `nothing` when the file or section is not there. */
    sectionHash: z.string(),
    /** The same after the action, where the action changes a file. */
    sectionHashAfter: z.string(),
    intents: z.array(intentSchema),
    /** Unified diff (3 lines of context) of the file with secrets masked; empty when no file changes. */
    diff: z.string(),
    /** argv and variable names the client would start after the change; null where none is left. */
    launch: z
      .object({ argv: z.array(z.string()), variables: z.array(z.string()), url: z.string().nullable() })
      .nullable(),
    package: packageSchema.nullable(),
    undo: z.object({ kind: z.enum(['restore_bytes', 'forget']), description: z.string() }),
    /** What a dry run went through, in order. */
    steps: z.array(
      z.object({ step: z.string(), result: z.enum(['ok', 'would_run', 'unknown']), observed: z.string() }),
    ),
    /** Clients that must be restarted or reloaded afterwards. */
    restart: z.array(z.string()),
    planDigest: z.string(),
  })
  .meta({ id: 'ActionPlan' });
export type ActionPlan = z.infer<typeof actionPlanSchema>;
