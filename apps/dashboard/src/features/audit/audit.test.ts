import { AUDIT_ACTIONS } from '@mcp-coordinator/contract/audit.contract';
import { inclusionProof } from '@mcp-coordinator/core/audit/inclusion-proof';
import { rangeRoot } from '@mcp-coordinator/core/audit/leaf-range';
import { leafHash } from '@mcp-coordinator/core/audit/merkle-hash';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { expect, it } from 'vitest';
import { filtersOf, parseAuditSearch } from './audit-search.ts';
import { auditSentence, targetHref } from './audit-sentence.ts';
import { auditTitle } from './audit-title.ts';
import { recordOfLeaf } from './record-of-leaf.ts';
import { type Proof, proofHolds, proofSteps } from './verify-proof.ts';

const HEADER = {
  action: 'approval_granted',
  actor: 'ana',
  detailsHash: '00',
  id: 'aud_3',
  requestId: null,
  result: 'success',
  target: 'rem_1',
  timestamp: '2026-11-24T14:00:00.000Z',
  v: 1,
};
const TEXTS = ['a', 'b', 'c', JSON.stringify(HEADER), 'e', 'f'];

const proofOf = (index: number): Proof => {
  const leaves = TEXTS.map((text) => leafHash(utf8ToBytes(text), sha256));
  return {
    success: true,
    id: 'aud_3',
    leafIndex: index,
    leafHash: bytesToHex(leaves[index] as Uint8Array),
    treeSize: leaves.length,
    rootHash: bytesToHex(rangeRoot(leaves, { start: 0, end: leaves.length }, sha256)),
    proof: inclusionProof(index, leaves, sha256).map(bytesToHex),
    leaf: TEXTS[index] ?? '',
    salt: 'salt',
    details: {},
    checkpoint: '',
  };
};

it('computes a proof in the browser, and finds any part of it that was changed', () => {
  const proof = proofOf(3);
  expect(proofHolds(proof)).toBe(true);
  expect(proofHolds({ ...proof, leaf: proof.leaf.replace('ana', 'eve') })).toBe(false);
  expect(proofHolds({ ...proof, leafIndex: 2 })).toBe(false);
  expect(proofHolds({ ...proof, rootHash: '0'.repeat(64) })).toBe(false);
  expect(proofHolds({ ...proof, proof: proof.proof.slice(1) })).toBe(false);
});

it('knows on which side each neighbour stands', () => {
  expect(proofSteps(proofOf(3)).map(({ side }) => side)).toEqual(['left', 'left', 'right']);
});

it('makes a record of a leaf', () => {
  expect(recordOfLeaf(proofOf(3))).toMatchObject({ id: 'aud_3', actor: 'ana', details: {}, leafIndex: 3 });
  expect(recordOfLeaf({ ...proofOf(3), leaf: '{"id":1}' })).toBeUndefined();
});

it.each(AUDIT_ACTIONS)('has a sentence for %s', (action) => {
  expect(auditSentence({ action, actor: 'ana', target: 'rem_1' })).toMatch(/^ana [a-z].*\.$/);
});

it('puts a target into its sentence as it is', () => {
  expect(auditSentence({ action: 'approval_granted', actor: 'ana', target: '$& rem' })).toBe('ana approved $& rem.');
});

it('leads to what a record is about', () => {
  expect(targetHref({ action: 'approval_granted', target: 'a/b' })).toBe('/remediation/a%2Fb');
  expect(targetHref({ action: 'assessment_completed', target: 'asm' })).toBe('/assessment/runs/asm');
  expect(targetHref({ action: 'server_linked', target: 'm' })).toBe('/servers/m');
  expect(targetHref({ action: 'login_failed', target: 'ana' })).toBeUndefined();
  expect(targetHref({ action: 'server_removed', target: 'm' })).toBeUndefined();
});

it('takes from the address what makes sense', () => {
  const search = parseAuditSearch({
    actor: 'ana',
    action: 'nonsense',
    result: 'denied',
    startDate: '24.11.',
    event: 'e',
  });
  expect(search).toEqual({ actor: 'ana', result: 'denied', event: 'e' });
  expect(filtersOf(search)).toEqual({ actor: 'ana', result: 'denied' });
});

it('answers first whether the log verifies', () => {
  expect(auditTitle({ valid: true, size: 184_213, problems: [] })).toBe(
    'The log verifies: 184,213 records, none changed or missing.',
  );
  expect(auditTitle({ valid: false, size: 9, problems: [1, 2] })).toBe(
    'The log does not verify: 2 problems in 9 records.',
  );
  expect(auditTitle(undefined)).toBe('Verifying the log…');
});
