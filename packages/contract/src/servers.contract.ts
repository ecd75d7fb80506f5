import { z } from 'zod';
import { consentDemandSchema } from './consent.contract.ts';
import {
  idSchema,
  jsonObjectSchema,
  labelSchema,
  ok,
  pageQuery,
  pageShape,
  printable,
  timestampSchema,
} from './fields.ts';
import { inventorySchema } from './inventory.contract.ts';
import { defineRoutes } from './route.ts';

export const SERVER_KINDS = ['installer', 'compliance'] as const;
export const serverKindSchema = z.enum(SERVER_KINDS);
export type ServerKind = z.infer<typeof serverKindSchema>;

/** `degraded`: linked, but its inventory has not arrived on this link, or it answers too slowly. */
export const SERVER_STATUSES = ['healthy', 'degraded', 'unreachable', 'unknown'] as const;
export const serverStatusSchema = z.enum(SERVER_STATUSES);
export type ServerStatus = z.infer<typeof serverStatusSchema>;

const toolNames = z
  .array(z.string().regex(/^[a-zA-Z0-9_.-]{1,128}$/))
  .min(1)
  .max(200);
const versionSchema = printable(64);
/** Streamable HTTP, dialled by the coordinator; without it the server dials in over its link. */
const endpointSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    // The address is shown to everybody who may see the server: it holds nothing that could be a secret.
    .regex(/^[^?#@]*$/, 'must hold no name, password, query or fragment'),
});
/** Made afresh for each link by the server; grants name it, so that freshness depends on no clock. */
const nonceSchema = z.string().regex(/^[A-Za-z0-9_-]{22,86}$/);

export const registerInstallerSchema = z.strictObject({
  installerId: idSchema,
  version: versionSchema,
  capabilities: toolNames,
  /** Given by one that carries out nothing without people's own signatures. */
  consent: consentDemandSchema.optional(),
  contact: jsonObjectSchema.optional(),
  endpoint: endpointSchema.optional(),
  nonce: nonceSchema.optional(),
});
export const registerComplianceSchema = z.strictObject({
  serverId: idSchema,
  version: versionSchema,
  tools: toolNames,
  contact: jsonObjectSchema.optional(),
  health: jsonObjectSchema.optional(),
  endpoint: endpointSchema.optional(),
  nonce: nonceSchema.optional(),
});
export type RegisterInstaller = z.infer<typeof registerInstallerSchema>;
export type RegisterCompliance = z.infer<typeof registerComplianceSchema>;

export const registeredServerSchema = z
  .object({
    id: z.string(),
    kind: serverKindSchema,
    version: z.string(),
    status: serverStatusSchema,
    /** Why it is not healthy. */
    reason: z.string().nullable(),
    tools: z.array(z.string()),
    /** Given by those who look after it, to tell groups of machines. */
    labels: z.array(labelSchema),
    contact: jsonObjectSchema.nullable(),
    endpoint: endpointSchema.nullable(),
    /** Whose signatures it asks for itself before it changes anything; null where the coordinator's grant is enough. */
    consent: consentDemandSchema.nullable(),
    registeredAt: timestampSchema,
    linkedSince: timestampSchema.nullable(),
    lastSeenAt: timestampSchema.nullable(),
    /** MCP servers in its inventory; null for a compliance server or before the inventory arrived. */
    mcpServers: z.int().nullable(),
    inventoryAt: timestampSchema.nullable(),
  })
  .meta({ id: 'Server' });
export type RegisteredServer = z.infer<typeof registeredServerSchema>;

const registered = ok({
  serverId: z.string(),
  kind: serverKindSchema,
  status: serverStatusSchema,
  registeredAt: timestampSchema,
  /** Where to dial in (`ws:` or `wss:`); null for a server with an endpoint. */
  link: z.string().nullable(),
  /** Where the keys that sign grants are published. */
  jwks: z.string(),
});
const ping = ok({
  serverId: z.string(),
  status: z.literal('healthy'),
  latencyMs: z.number(),
  checkedAt: timestampSchema,
});
const params = z.strictObject({ id: idSchema });
const tag = 'servers';

export const serverRoutes = defineRoutes({
  registerServer: {
    method: 'POST',
    path: '/servers/register',
    summary: 'Register an installer or a compliance server, or register it again',
    tag,
    access: ['register_server'],
    body: z.union([registerInstallerSchema, registerComplianceSchema]),
    responses: { 200: registered, 201: registered },
    refusals: ['key_bound_elsewhere', 'registration_mismatch', 'endpoint_not_allowed', 'invalid_transition'],
  },
  listServers: {
    method: 'GET',
    path: '/servers',
    summary: 'List the registered servers with their status',
    tag,
    access: ['view_results', 'view_metrics'],
    query: z.strictObject({
      ...pageQuery(50),
      kind: serverKindSchema.optional(),
      status: serverStatusSchema.optional(),
    }),
    responses: { 200: ok({ servers: z.array(registeredServerSchema), ...pageShape }) },
    refusals: [],
  },
  showServer: {
    method: 'GET',
    path: '/servers/:id',
    summary: 'Show a registered server',
    tag,
    access: ['view_results', 'view_metrics'],
    params,
    responses: { 200: ok({ server: registeredServerSchema }) },
    refusals: ['not_found'],
  },
  removeServer: {
    method: 'DELETE',
    path: '/servers/:id',
    summary: 'Forget a registered server and cut its link',
    tag,
    access: ['manage_servers'],
    params,
    responses: { 200: ok({ serverId: z.string() }) },
    refusals: ['not_found'],
  },
  labelServer: {
    method: 'PUT',
    path: '/servers/:id/labels',
    summary: 'Say which groups a registered server belongs to',
    tag,
    access: ['manage_servers'],
    params,
    body: z.strictObject({ labels: z.array(labelSchema).max(20) }),
    responses: { 200: ok({ serverId: z.string(), labels: z.array(labelSchema) }) },
    refusals: ['not_found'],
  },
  pingServer: {
    method: 'GET',
    path: '/servers/:id/ping',
    summary: 'Make an MCP round trip to a server',
    tag,
    access: ['view_results', 'view_metrics'],
    params,
    responses: { 200: ping },
    refusals: ['not_found', 'server_unreachable'],
  },
  pingServerPost: {
    method: 'POST',
    path: '/servers/:id/ping',
    summary: 'Make an MCP round trip to a server',
    tag,
    access: ['view_results', 'view_metrics'],
    params,
    responses: { 200: ping },
    refusals: ['not_found', 'server_unreachable'],
  },
  showConfiguration: {
    method: 'GET',
    path: '/servers/:id/configuration',
    summary: 'Show the inventory an installer reported, secrets masked',
    tag,
    access: ['view_results'],
    params,
    responses: { 200: ok({ serverId: z.string(), receivedAt: timestampSchema, inventory: inventorySchema }) },
    refusals: ['not_found'],
  },
  syncConfiguration: {
    method: 'PUT',
    path: '/servers/:id/configuration',
    summary: 'Report the inventory of an installer',
    tag,
    access: ['register_server'],
    params,
    // Closed, unlike what an installer answers over its link, which a newer one may say more in.
    body: z.strictObject(inventorySchema.shape),
    responses: { 200: ok({ serverId: z.string(), receivedAt: timestampSchema, servers: z.int() }) },
    refusals: ['not_found', 'key_bound_elsewhere'],
  },
});
