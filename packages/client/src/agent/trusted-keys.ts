import { createHash } from 'node:crypto';
import { rootRoutes } from '@mcp-coordinator/contract/health.contract';
import { decodeProtectedHeader, errors, importJWK, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { AgentLog } from './agent-options.ts';
import { readJson, writeJsonDurably } from './durable-json.ts';

export interface TrustedKeysOptions {
  /** Where the coordinator publishes its keys, on the address that was configured. */
  readonly jwksUrl: string;
  /** Where what is trusted is kept over restarts. */
  readonly file: string;
  /** The API key: another one is another enrolment, in which trust begins anew. Only its hash is kept. */
  readonly apiKey: string;
  readonly log: AgentLog;
}
export interface TrustedKeys {
  /** For `jwtVerify`: the published and trusted key that a grant names. */
  readonly get: JWTVerifyGetKey;
  /** Reads what is published: at the first enrolment this is what trust begins with. */
  readonly learn: () => Promise<void>;
}

/** What is trusted: the keys of the enrolment, and those that they vouched for in turn. */
interface Trust {
  enrolment: string;
  /** Public keys (base64url) by their ids. */
  keys: Record<string, string>;
  /** Keys that were replaced and are published no more: never trusted again. */
  dropped: string[];
}
type Published = { keys: Map<string, string>; endorsements: readonly string[] };

/** The published keys could not be read: the coordinator is away, or what answers is not one. */
export class KeysUnreadableError extends Error {}
/** The key is published, but none that is trusted since the enrolment vouches for it. */
export class UntrustedKeyError extends Error {}

const TIMEOUT_MS = 5_000;
const answerSchema = rootRoutes.jwks.responses[200];

/**
 * The coordinator's signing keys as an agent may believe them. What is published at the first enrolment is trusted; from
 * then on a new key is only when a trusted one signed it, so that whoever gets between agent and coordinator later cannot
 * bring a key of their own. A key counts only while it is published. Read for each grant: grants are rare, and a retired key must not live on in a cache.
 */
export function createTrustedKeys(options: TrustedKeysOptions): TrustedKeys {
  const { log } = options;
  const enrolment = createHash('sha256').update(`${options.jwksUrl}\n${options.apiKey}`).digest('hex');
  let turn: Promise<unknown> = Promise.resolve();
  const read = (): Promise<{ trust: Trust; published: Published }> => {
    // One after the other: each builds on what the one before it kept.
    const next = turn.then(() => readTrust(options, enrolment));
    turn = next.catch(() => undefined);
    return next;
  };
  return {
    get: async ({ kid }) => {
      const { trust, published } = await read();
      if (kid === undefined || !published.keys.has(kid)) throw new errors.JWKSNoMatchingKey();
      const x = Object.hasOwn(trust.keys, kid) ? trust.keys[kid] : undefined;
      if (x === undefined || x !== published.keys.get(kid)) throw new UntrustedKeyError();
      return importKey(x);
    },
    learn: async () => {
      try {
        await read();
      } catch (error) {
        log.warn({ reason: (error as Error).message }, 'the signing keys could not be learnt yet; a grant needs them');
      }
    },
  };
}

async function readTrust({ jwksUrl, file, log }: TrustedKeysOptions, enrolment: string) {
  const published = await readPublished(jwksUrl);
  const kept = await readJson<Trust>(file);
  const enrolled = kept?.enrolment === enrolment ? kept : null;
  const trust = enrolled ? await follow(enrolled, published) : firstTrust(enrolment, published);
  if (JSON.stringify(trust) !== JSON.stringify(kept)) {
    await writeJsonDurably(file, trust);
    log.info({ keys: Object.keys(trust.keys) }, enrolled ? 'signing keys were rotated' : 'signing keys were learnt');
  }
  return { trust, published };
}

function firstTrust(enrolment: string, { keys }: Published): Trust {
  if (keys.size === 0) throw new KeysUnreadableError('no signing key is published');
  return { enrolment, keys: Object.fromEntries(keys), dropped: [] };
}

/** Goes from the trusted keys along the endorsements, and drops what lies behind a key that took over. */
async function follow(trust: Trust, { keys: published, endorsements }: Published): Promise<Trust> {
  const keys = new Map(Object.entries(trust.keys));
  const successors = new Map<string, string>();
  for (const endorsement of endorsements) {
    const step = await readEndorsement(endorsement, keys);
    if (!step || trust.dropped.includes(step.kid)) continue;
    keys.set(step.kid, step.x);
    successors.set(step.by, step.kid);
  }
  const dropped = [...keys.keys()].filter((kid) => !published.has(kid) && leadsTo(kid, successors, published));
  if (dropped.length === 0) return { ...trust, keys: Object.fromEntries(keys) };
  for (const kid of dropped) keys.delete(kid);
  return { ...trust, keys: Object.fromEntries(keys), dropped: [...trust.dropped, ...dropped] };
}

/** Only a successor in use puts a key away: leaving one out of the list must not be enough to make an agent forget it. */
function leadsTo(kid: string, successors: ReadonlyMap<string, string>, published: Published['keys']): boolean {
  const seen = new Set([kid]);
  for (let next = successors.get(kid); next !== undefined && !seen.has(next); next = successors.get(next)) {
    if (published.has(next)) return true;
    seen.add(next);
  }
  return false;
}

interface Step {
  by: string;
  kid: string;
  x: string;
}

/** What one trusted key says of its successor; nothing where it is not validly said. */
async function readEndorsement(endorsement: string, keys: ReadonlyMap<string, string>): Promise<Step | undefined> {
  try {
    const by = decodeProtectedHeader(endorsement).kid;
    const x = by === undefined ? undefined : keys.get(by);
    if (by === undefined || x === undefined) return undefined;
    const { payload } = await jwtVerify(endorsement, await importKey(x), {
      algorithms: ['EdDSA'],
      typ: 'mcp-key-endorsement+jwt',
      // Made once and shown for ever; whether the key still counts is said by the list of published ones.
      currentDate: new Date(0),
    });
    const jwk = payload['jwk'] as { kid?: unknown; x?: unknown } | undefined;
    return typeof jwk?.kid === 'string' && typeof jwk.x === 'string' ? { by, kid: jwk.kid, x: jwk.x } : undefined;
  } catch (error) {
    // The library says "no" by throwing; text that is no token makes a TypeError.
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}

const importKey = (x: string) => importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA');

async function readPublished(jwksUrl: string): Promise<Published> {
  const answer = answerSchema.safeParse(await readAnswer(jwksUrl));
  if (!answer.success) throw new KeysUnreadableError('what is published there is not a list of signing keys');
  const usable = answer.data.keys.filter(({ kty, crv }) => kty === 'OKP' && crv === 'Ed25519');
  return { keys: new Map(usable.map(({ kid, x }) => [kid, x])), endorsements: answer.data.endorsements };
}

async function readAnswer(jwksUrl: string): Promise<unknown> {
  try {
    const response = await fetch(jwksUrl, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.json();
  } catch (cause) {
    throw new KeysUnreadableError('the published signing keys could not be read', { cause });
  }
}
