import { z } from 'zod';

/** ISO 8601 in UTC, as every time on the wire. */
export const timestampSchema = z.iso.datetime();

/** Control characters have no place in a name: they forge log lines and terminal output. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
const PRINTABLE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/u;
export const printable = (max: number) =>
  z.string().min(1).max(max).regex(PRINTABLE, 'must not hold control characters');

/** An identifier that a caller may choose: request, approval, action and server ids. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/, 'must be 1–128 of A–Z a–z 0–9 . _ : @ -');

/** The name of an MCP server in a client's configuration, as found there or to be written there. */
export const serverNameSchema = printable(200);

/** A server's name, or `installerId/client/scope/name` where the name alone is not unique (CONTRACT §4 "Names"). */
export const serverKeySchema = printable(600);

/** An account's name as it is stored. */
export const storedNameSchema = z.string().regex(/^[a-z0-9._-]{3,64}$/, 'must be a user name');

/** What a machine is marked with by those who look after it, such as `floor-2` or `team:payments`. */
export const labelSchema = z.string().regex(/^[a-z0-9][a-z0-9._:/-]{0,63}$/, 'must be a label');

/** Bytes in base64url without padding, of at most so many characters. */
export const base64url = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url');

/** Why a person did something. */
export const reasonSchema = z.string().trim().min(1).max(2000);

/** Lower-case hex SHA-256, as `digest` of proposals and assessments. */
export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** Free JSON: the places where unknown fields are allowed (`details`, `contact`, `health`). */
export const jsonObjectSchema = z.record(z.string(), z.json());

/** Page by `limit` and either `offset` or `cursor`; `cursor` is the `nextCursor` of the page before and costs the same at any depth. */
export const pageQuery = (defaultLimit: number) => ({
  limit: z.coerce.number().int().min(1).max(200).default(defaultLimit),
  offset: z.coerce.number().int().min(0).max(1_000_000).optional(),
  cursor: z.string().max(512).optional(),
});

/** `total` is exact up to 10,000; past that it is a lower bound and `totalRelation` is `gte`. */
export const pageShape = {
  total: z.int(),
  totalRelation: z.enum(['eq', 'gte']),
  page: z.int(),
  pageSize: z.int(),
  nextCursor: z.string().nullable(),
};
export interface Page {
  total: number;
  totalRelation: 'eq' | 'gte';
  page: number;
  pageSize: number;
  nextCursor: string | null;
}

export const ok = <Shape extends z.ZodRawShape>(shape: Shape) => z.object({ success: z.literal(true), ...shape });
