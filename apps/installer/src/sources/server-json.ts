import { z } from 'zod';

/** A registry's `server.json` (schema of 2025-09-29 and later) as far as installing needs it; what is not known is passed over. */
const inputSchema = z.object({
  description: z.string().max(2000).optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  value: z.string().max(32_768).optional(),
  default: z.string().max(32_768).optional(),
  choices: z.array(z.string()).max(100).optional(),
});
const withVariables = inputSchema.extend({ variables: z.record(z.string(), inputSchema).optional() });
const named = withVariables.extend({ name: z.string().min(1).max(256) });
const argument = withVariables.extend({
  type: z.enum(['positional', 'named']),
  name: z.string().min(1).max(256).optional(),
  valueHint: z.string().max(256).optional(),
});

const remoteTransport = z.object({
  type: z.enum(['streamable-http', 'sse']),
  url: z.string().min(1).max(4096),
  headers: z.array(named).max(50).optional(),
  variables: z.record(z.string(), inputSchema).optional(),
});

const packageSchema = z.object({
  registryType: z.string(),
  registryBaseUrl: z.string().optional(),
  identifier: z.string().min(1).max(1024),
  version: z.string().max(256).optional(),
  fileSha256: z.string().optional(),
  transport: z.union([z.object({ type: z.literal('stdio') }), remoteTransport]),
  runtimeArguments: z.array(argument).max(100).optional(),
  packageArguments: z.array(argument).max(100).optional(),
  environmentVariables: z.array(named).max(100).optional(),
});

export const serverJsonSchema = z.object({
  name: z.string().min(1).max(200),
  version: z.string().min(1).max(256),
  packages: z.array(packageSchema).max(50).optional(),
  remotes: z.array(remoteTransport).max(50).optional(),
});
export type ServerJson = z.infer<typeof serverJsonSchema>;
export type ServerPackage = z.infer<typeof packageSchema>;
export type ServerRemote = z.infer<typeof remoteTransport>;
export type ServerInput = z.infer<typeof withVariables>;
export type ServerArgument = z.infer<typeof argument>;
