import { canonicalJson, type Sha256Hex } from '../digests/canonical-json.ts';

/** What a record says of itself in the tree. Its payload is there as a hash only. */
export interface LeafHeader {
  readonly id: string;
  /** ISO 8601 in UTC with milliseconds. */
  readonly timestamp: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly result: string;
  readonly requestId: string | null;
  /** See `hashDetails`. */
  readonly detailsHash: string;
}

/** The text whose bytes are the entry of the tree: RFC 8785 over the header and its version, whose keys are in order here. */
export const leafText = (header: LeafHeader): string =>
  `{"action":${JSON.stringify(header.action)},"actor":${JSON.stringify(header.actor)},"detailsHash":${JSON.stringify(header.detailsHash)},"id":${JSON.stringify(header.id)},"requestId":${JSON.stringify(header.requestId)},"result":${JSON.stringify(header.result)},"target":${JSON.stringify(header.target)},"timestamp":${JSON.stringify(header.timestamp)},"v":1}`;

/**
 * Hex SHA-256 of the salt followed by the RFC 8785 form of the details. Once details and salt are erased the leaf still
 * verifies and what it hashed can no longer be guessed. A salt holds no brace, so that its end is certain.
 */
export const hashDetails = (salt: string, details: unknown, sha256: Sha256Hex): string =>
  sha256(salt + canonicalJson(details));
