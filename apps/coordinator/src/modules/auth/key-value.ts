import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../../runtime.ts';

/** 256 random bits: nothing to guess, so that a plain SHA-256 keeps them, and looking one up costs no bcrypt. */
const FORM = /^mcpk_[A-Za-z0-9_-]{43}$/;

/** Hands out new key values; handed in so that tests can know them. */
export type NewKeyValue = () => string;
export const randomKeyValue: NewKeyValue = () => `mcpk_${randomBytes(32).toString('base64url')}`;

export const looksLikeKey = (text: string): boolean => text.startsWith('mcpk_');

/** What is stored of a key; undefined when it cannot be one. */
export const keyHash = (value: string): string | undefined => (FORM.test(value) ? sha256Hex(value) : undefined);
