import { isIP } from 'node:net';
import { z } from 'zod';
import { type AllowList, parseAllowList } from './outbound/allow-list.ts';

// Kinds of values that variables of the environment have; an absent one is an empty one.

export const text = z.string().min(1).optional();
export const integer = (min: number, max: number, value: number) =>
  z.coerce.number().int().min(min).max(max).default(value);
export const flag = z
  .enum(['true', 'false', '1', '0', 'on', 'off'])
  .transform((value) => ['true', '1', 'on'].includes(value));
export const secret = z.string().min(32, 'must have 32 characters or more').optional();

/** Several, separated by spaces, which no secret in one line has. */
export const secrets = z
  .string()
  .default('')
  .transform((list) => list.split(/\s+/).filter(Boolean))
  .refine((list) => list.every((one) => one.length >= 32), 'must have 32 characters or more each');

/** Addresses or ranges, separated by commas, or the names that proxy-addr has for the private ones. */
export const isProxyList = (list: string): boolean =>
  list
    .split(',')
    .map((part) => part.trim())
    .every((part) => /^(loopback|linklocal|uniquelocal)$/.test(part) || isIP(part.replace(/\/\d{1,3}$/, '')) !== 0);

export function allowListOf(text: string, context: z.RefinementCtx): AllowList {
  const list = parseAllowList(text);
  if (!('wrong' in list)) return list;
  context.addIssue(`${list.wrong} is neither host:port nor a range such as 10.0.0.0/8`);
  return z.NEVER;
}
