import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { parseDocument } from '../scan/parse-document.ts';
import { APPROVAL_DAYS, type Policy, type PolicyDocument, policySchema } from './policy.ts';

const SHIPPED: ReadonlySet<string> = new Set(['default', 'strict', 'regulated']);

/** The policy of this name, or in this YAML file. A no names the place that is wrong. */
export async function readPolicy(nameOrFile: string): Promise<Result<Policy, string>> {
  return resolvePolicy(nameOrFile, new Set());
}

async function resolvePolicy(nameOrFile: string, seen: ReadonlySet<string>): Promise<Result<Policy, string>> {
  if (seen.has(nameOrFile)) return deny(`the policy ${nameOrFile} extends itself`);
  const read = await readDocument(nameOrFile);
  if (!read.ok) return read;
  const { extends: base } = read.value;
  if (base === undefined) return accept(foldOnto(undefined, read.value));
  const under = await resolvePolicy(base, new Set([...seen, nameOrFile]));
  return under.ok ? accept(foldOnto(under.value, read.value)) : under;
}

async function readDocument(nameOrFile: string): Promise<Result<PolicyDocument, string>> {
  const file = SHIPPED.has(nameOrFile)
    ? fileURLToPath(new URL(`../../policies/${nameOrFile}.yaml`, import.meta.url))
    : nameOrFile;
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined)
    return deny(`there is no policy ${nameOrFile}; ${[...SHIPPED].join(', ')} ship, others are files`);
  const document = parseDocument(text, `${file.replace(/\.ya?ml$/i, '')}.yaml`);
  if (!document.ok) return deny(`${nameOrFile} ${document.refusal}`);
  const parsed = policySchema.safeParse(document.value);
  if (parsed.success) return accept(parsed.data);
  const [issue] = parsed.error.issues;
  return deny(`${nameOrFile}: ${issue?.path.join('.') || 'the policy'}: ${issue?.message ?? 'is not valid'}`);
}

function foldOnto(base: Policy | undefined, own: PolicyDocument): Policy {
  return {
    version: own.version,
    name: own.name,
    title: own.title,
    failOn: own.failOn ?? base?.failOn ?? 'high',
    rules: { ...base?.rules, ...own.rules },
    scopes: [...(base?.scopes ?? []), ...own.scopes],
    waivers: [...(base?.waivers ?? []), ...own.waivers],
    mappings: { ...base?.mappings, ...own.mappings },
    inventory: own.inventory ?? base?.inventory,
    approvals: own.approvals ?? base?.approvals ?? { maxAgeDays: APPROVAL_DAYS },
  };
}
