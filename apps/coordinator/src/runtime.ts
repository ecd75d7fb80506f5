import { createHash, randomBytes } from 'node:crypto';

/** The present, handed in so that tests can hold it still. */
export type Clock = () => Date;

/** A new id with a telling prefix: `prop_…`, 128 random bits, URL-safe. Handed in for the same reason. */
export type NewId = (prefix: string) => string;

export const systemClock: Clock = () => new Date();
export const randomId: NewId = (prefix) => `${prefix}_${randomBytes(16).toString('hex')}`;
export const sha256Hex = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
