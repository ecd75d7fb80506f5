import { z } from 'zod';
import { printable, serverNameSchema, timestampSchema } from './fields.ts';

/**
 * What an installer reports of its machine: files, the MCP servers in them, and what those servers said of themselves.
 * Values of secrets never leave the machine; observations stand in for them (CONTRACT §4 "Propose", §5).
 */

/** Ids of CLIENTS.md. The installer supports a growing part of them; the contract knows all. */
export const CLIENT_IDS = [
  'kilo',
  'kilocode',
  'claude-desktop',
  'claude-code',
  'cursor',
  'vscode',
  'copilot',
  'windsurf',
  'zed',
  'cline',
  'roo',
  'codex',
  'gemini',
  'goose',
  'continue',
  'opencode',
  'junie',
  'amazon-q',
] as const;
export const clientIdSchema = z.enum(CLIENT_IDS);
export type ClientId = z.infer<typeof clientIdSchema>;

/** `local` is Claude Code's per-project section inside the user's file. */
export const SCOPES = ['user', 'project', 'local', 'managed'] as const;
export const scopeSchema = z.enum(SCOPES);
export type Scope = z.infer<typeof scopeSchema>;

export const TRANSPORTS = ['stdio', 'streamable-http', 'sse'] as const;
export const transportSchema = z.enum(TRANSPORTS);

/**
 * How a server is started or reached, in one form for every client. Values of `env` and `headers`, and secrets inside
 * `args` and `url`, are masked when it comes from an inventory.
 */
export const launchSchema = z
  .object({
    transport: transportSchema,
    command: z.string().optional(),
    args: z.array(z.string()).optional(),
    env: z.record(z.string(), z.string()).optional(),
    cwd: z.string().optional(),
    url: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    enabled: z.boolean(),
    /** Milliseconds, whatever unit the client writes. */
    timeoutMs: z.number().optional(),
    /** Tools that run without asking; `*` stands for all of them. */
    autoApprove: z.array(z.string()).optional(),
  })
  .meta({ id: 'Launch' });
export type Launch = z.infer<typeof launchSchema>;

/** What kind of value a pointer leads to. */
export const OBSERVATION_KINDS = [
  'secret',
  'dsn_password',
  'high_entropy',
  'url_credential',
  'reference',
  'plain',
  'empty',
] as const;

/**
 * What was seen at one place of an entry, without the value: `keyedHash` is an HMAC under a key that stays on the machine,
 * so that equal values can be recognised and none can be guessed. `detail` names the pattern that matched.
 */
export const observationSchema = z
  .object({
    /** RFC 6901, relative to the entry: `/env/API_KEY`, `/args/2`, `/url`. */
    pointer: z.string(),
    kind: z.enum(OBSERVATION_KINDS),
    detail: z.string().optional(),
    keyedHash: z.string().optional(),
    isReference: z.boolean(),
  })
  .meta({ id: 'Observation' });
export type Observation = z.infer<typeof observationSchema>;

const textField = z.string();
export const toolDefinitionSchema = z.looseObject({
  name: textField,
  title: textField.optional(),
  description: textField.optional(),
  inputSchema: z.unknown().optional(),
  outputSchema: z.unknown().optional(),
  annotations: z.record(z.string(), z.unknown()).optional(),
});
export type ToolDefinition = z.infer<typeof toolDefinitionSchema>;

/** What a server said of itself, captured where it lives. `digest` is the SHA-256 of the RFC 8785 form of the other fields but `capturedAt` and `startMs`. */
export const capturedDefinitionsSchema = z.object({
  status: z.literal('captured'),
  capturedAt: timestampSchema,
  protocolVersion: z.string(),
  serverInfo: z.object({ name: z.string(), version: z.string() }),
  instructions: z.string().optional(),
  tools: z.array(toolDefinitionSchema),
  prompts: z.array(z.looseObject({ name: z.string() })),
  resources: z.array(z.looseObject({ uri: z.string() })),
  /** Milliseconds from spawn to the list of tools. */
  startMs: z.number(),
  digest: z.string(),
});
/** `failed`: it was started and did not get that far (RUN-01). `unknown`: it was not started, for the reason given. */
export const definitionsSchema = z
  .discriminatedUnion('status', [
    capturedDefinitionsSchema,
    z.object({ status: z.literal('failed'), capturedAt: timestampSchema, reason: z.string() }),
    z.object({ status: z.literal('unknown'), reason: z.string() }),
  ])
  .meta({ id: 'Definitions' });
export type Definitions = z.infer<typeof definitionsSchema>;
export type CapturedDefinitions = z.infer<typeof capturedDefinitionsSchema>;

/** One configured MCP server, as one client would start it. */
export const inventoryServerSchema = z
  .object({
    name: serverNameSchema,
    client: clientIdSchema,
    scope: scopeSchema,
    /** Absolute path of the file it stands in. */
    path: z.string(),
    /** RFC 6901 pointer of the entry in that file. */
    pointer: z.string(),
    /** The entry as it stands, with secrets masked. */
    entry: z.unknown(),
    launch: launchSchema,
    observations: z.array(observationSchema),
    /**
     * Where paths in the launch lead on this machine: after `~`, variables, `..` and symbolic links. Those that read as they
     * are, and those that only a client knows, are not among them.
     */
    reaches: z
      .array(z.object({ pointer: z.string(), path: z.string() }))
      .max(200)
      .optional(),
    /** Absolute path the command resolves to on this machine, and who may write to it; null when not found. */
    resolvedCommand: z.object({ path: z.string(), othersMayWrite: z.boolean() }).nullable(),
    /** Keyed hash of the entry. */
    hash: z.string(),
    definitions: definitionsSchema,
  })
  .meta({ id: 'InventoryServer' });
export type InventoryServer = z.infer<typeof inventoryServerSchema>;

/** One configuration file that exists, readable or not. */
export const inventoryFileSchema = z
  .object({
    client: clientIdSchema,
    scope: scopeSchema,
    path: z.string(),
    /** Keyed hash of the servers section; null when the file does not parse. */
    sectionHash: z.string().nullable(),
    /** POSIX permission bits as octal text ("0644"), or null where the system has none. */
    mode: z.string().nullable(),
    gitTracked: z.union([z.boolean(), z.literal('unknown')]),
    /** Why its servers are not listed. */
    problem: z.object({ message: z.string(), line: z.int().optional(), column: z.int().optional() }).optional(),
  })
  .meta({ id: 'InventoryFile' });
export type InventoryFile = z.infer<typeof inventoryFileSchema>;

/** A change to a file that the installer did not make, seen since its last report. */
export const driftSchema = z
  .object({
    client: clientIdSchema,
    scope: scopeSchema,
    path: z.string(),
    seenAt: timestampSchema,
    /** Empty where the file can no longer be read, or only what stands beside the servers changed. */
    servers: z
      .array(
        z.object({
          name: serverNameSchema,
          change: z.enum(['added', 'removed', 'changed']),
          /** How it was started before, secrets masked; absent for one that was added. */
          before: launchSchema.optional(),
        }),
      )
      .max(5000),
  })
  .meta({ id: 'Drift' });
export type Drift = z.infer<typeof driftSchema>;

export const inventorySchema = z
  .object({
    takenAt: timestampSchema,
    host: z.object({ platform: z.string(), hostname: printable(255) }),
    roots: z.object({
      home: z.string(),
      workspaces: z.array(z.string()),
      /** The installer's own data, and the folder in it whose programs entries may name. */
      own: z.object({ data: z.string(), programs: z.string() }).optional(),
    }),
    files: z.array(inventoryFileSchema).max(2000),
    servers: z.array(inventoryServerSchema).max(5000),
    /** In an installer's report: the changes from outside that gave rise to it. As the coordinator keeps it: those that stand. */
    drift: z.array(driftSchema).max(2000).optional(),
  })
  .meta({ id: 'Inventory' });
export type Inventory = z.infer<typeof inventorySchema>;
