import {
  type ClientMessage,
  clientMessageSchema,
  type ServerMessage,
} from '@mcp-coordinator/contract/realtime.contract';
import type { RefusalCode } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { parseJson } from '../../http/parse-json.ts';

export type ErrorFrame = Extract<ServerMessage, { type: 'error' }>;

/** Longer than the longest message that the contract knows, an authentication. */
export const MESSAGE_BYTES_MAX = 16 * 1024;

export const errorFrame = (code: RefusalCode, detail: string, channel?: string): ErrorFrame => ({
  type: 'error',
  code,
  ...(channel === undefined ? {} : { channel }),
  detail,
});

export function parseMessage(data: Buffer, isBinary: boolean): Result<ClientMessage, ErrorFrame> {
  if (isBinary) return deny(errorFrame('malformed_json', 'A message is JSON text, not binary.'));
  const json = parseJson(data.toString());
  if (!json.ok) return deny(errorFrame('malformed_json', 'The message is not well-formed JSON.'));
  const parsed = clientMessageSchema.safeParse(json.value);
  if (parsed.success) return accept(parsed.data);
  const [issue] = parsed.error.issues;
  const place = issue && issue.path.length > 0 ? `/${issue.path.join('/')}: ` : '';
  return deny(errorFrame('invalid_request', `The message is not valid. ${place}${issue?.message ?? ''}`));
}
