import { parseVerifierKey } from '@mcp-coordinator/core/audit/signed-note';
import type { CheckpointSigner } from '../checkpoint-signing.ts';
import { sha256 } from '../merkle-bytes.ts';
import { createFileWitness } from './file-witness.ts';
import { createHttpWitness } from './http-witness.ts';
import type { Witness } from './witness.ts';

export interface WitnessPlaces {
  readonly url?: URL | undefined;
  /** The verifier key of the witness at `url`: its cosignatures are verified. */
  readonly key?: string | undefined;
  /** A file that checkpoints are appended to. */
  readonly file?: string | undefined;
}

export function createWitnesses({ url, key, file }: WitnessPlaces, signer: CheckpointSigner): Witness[] {
  const known = key === undefined ? undefined : parseVerifierKey(key, sha256);
  if (key !== undefined && known?.kind !== 'cosignature')
    throw new Error(
      'AUDIT_WITNESS_KEY must be the verifier key of a witness (name+hash+base64), as it prints at its start',
    );
  return [
    ...(url === undefined ? [] : [createHttpWitness(url, known)]),
    ...(file === undefined ? [] : [createFileWitness(file, signer)]),
  ];
}
