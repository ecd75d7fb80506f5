import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { canonicalJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../db/schema.ts';
import { type Clock, sha256Hex } from '../runtime.ts';

interface KeyedRequest {
  principal: string;
  route: string;
  key: string;
  body: unknown;
}
export interface StoredAnswer {
  status: number;
  body: unknown;
}

/** A request that got no answer within this time was cut off by a crash: its key may be used again. */
const ABANDONED_AFTER_MS = 120_000;
const KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the same key with the same body gets the first answer again,
 * with another body a conflict. Refusals are not kept, so that a request can be mended and sent again.
 */
export function createIdempotency({ db, clock }: { db: Db; clock: Clock }) {
  const rows = (request: KeyedRequest) =>
    ({ principal: request.principal, route: request.route, key: request.key }) as const;

  return {
    /** The first answer, or nothing when this request is the first and may go on. */
    begin: async (
      request: KeyedRequest,
    ): Promise<Result<StoredAnswer | undefined, Refusal<'idempotency_conflict' | 'invalid_request'>>> => {
      if (!KEY.test(request.key))
        return deny(
          refuse('invalid_request', 'Idempotency-Key must be 1–128 visible ASCII characters. Nothing was changed.'),
        );
      const requestHash = sha256Hex(canonicalJson(request.body ?? null));
      const now = clock();
      const inserted = await db
        .insertInto('idempotency_keys')
        .values({
          ...rows(request),
          request_hash: requestHash,
          response_status: null,
          response_body: null,
          created_at: now,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['principal', 'route', 'key'])
            .doUpdateSet({ created_at: now })
            .where('idempotency_keys.response_status', 'is', null)
            .where('idempotency_keys.request_hash', '=', requestHash)
            .where('idempotency_keys.created_at', '<', new Date(now.getTime() - ABANDONED_AFTER_MS)),
        )
        .returning('key')
        .executeTakeFirst();
      if (inserted) return accept(undefined);
      const found = await db
        .selectFrom('idempotency_keys')
        .selectAll()
        .where((eb) => eb.and(rows(request)))
        .executeTakeFirst();
      if (found?.request_hash !== requestHash) {
        return deny(
          refuse(
            'idempotency_conflict',
            'This Idempotency-Key was used for another request. Nothing was changed. Use a new key.',
          ),
        );
      }
      if (found.response_status === null) {
        return deny(
          refuse(
            'idempotency_conflict',
            'The first request with this Idempotency-Key is still under way. Try again shortly.',
            { retryAfterSeconds: 2 },
          ),
        );
      }
      return accept({ status: found.response_status, body: found.response_body });
    },

    finish: async (request: KeyedRequest, answer: StoredAnswer | undefined): Promise<void> => {
      if (answer === undefined) {
        await db
          .deleteFrom('idempotency_keys')
          .where((eb) => eb.and(rows(request)))
          .execute();
        return;
      }
      await db
        .updateTable('idempotency_keys')
        .set({ response_status: answer.status, response_body: JSON.stringify(answer.body) })
        .where((eb) => eb.and(rows(request)))
        .execute();
    },
  };
}
export type Idempotency = ReturnType<typeof createIdempotency>;
