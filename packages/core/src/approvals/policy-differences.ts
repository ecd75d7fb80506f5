import type { PolicyDifference } from '@mcp-coordinator/contract/policies.contract';
import { canonicalJson } from '../digests/canonical-json.ts';

type Json = PolicyDifference['before'];

/** Every place where two documents differ, field by field; lists are compared as a whole. */
export function policyDifferences(before: object, after: object): PolicyDifference[] {
  return differences(before as Json, after as Json, '');
}

function differences(before: Json | undefined, after: Json | undefined, path: string): PolicyDifference[] {
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) => differences(before[name], after[name], `${path}/${name}`));
  }
  // RFC 8785 leaves out what is undefined, as JSON does.
  const [was, is] = [before ?? null, after ?? null];
  return canonicalJson(was) === canonicalJson(is) ? [] : [{ path, before: was, after: is }];
}

const isRecord = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
