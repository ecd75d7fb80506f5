import { createHash } from 'node:crypto';
import { type Hash, leafHash, type Sha256 } from '@mcp-coordinator/core/audit/merkle-hash';

/** Between the tree's bytes and the hex text that rows and answers hold. */
export const sha256: Sha256 = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());
export const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
export const unhex = (text: string): Hash => new Uint8Array(Buffer.from(text, 'hex'));
export const hashOfLeaf = (leaf: string): Hash => leafHash(Buffer.from(leaf, 'utf8'), sha256);
