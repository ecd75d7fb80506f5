import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { RegisterCompliance, RegisterInstaller, ServerKind } from '@mcp-coordinator/contract/servers.contract';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Caller } from '../../http/caller.ts';
import type { GuardedFetch } from '../../outbound/guarded-fetch.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { lockServer, saveRegistration } from './servers.store.ts';

export interface RegisterServerDeps {
  db: Db;
  clock: Clock;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
  outbound: Pick<GuardedFetch, 'check'>;
}

/** What the source document names for each kind; without these a server is none of that kind. */
const REQUIRED: Record<ServerKind, readonly string[]> = {
  installer: ['install_server', 'remove_server', 'generate_config'],
  compliance: ['compliance_assessment', 'generate_remediation_proposal', 'execute_remediation'],
};

interface Registration {
  id: string;
  kind: ServerKind;
  tools: readonly string[];
  health: unknown;
  body: RegisterInstaller | RegisterCompliance;
}

const registrationOf = (body: RegisterInstaller | RegisterCompliance): Registration =>
  'installerId' in body
    ? { id: body.installerId, kind: 'installer', tools: body.capabilities, health: undefined, body }
    : { id: body.serverId, kind: 'compliance', tools: body.tools, health: body.health, body };

export interface Registered {
  id: string;
  kind: ServerKind;
  isNew: boolean;
  registeredAt: Date;
}
type No = Refusal<'key_bound_elsewhere' | 'registration_mismatch' | 'endpoint_not_allowed'>;

export async function registerServer(
  deps: RegisterServerDeps,
  body: RegisterInstaller | RegisterCompliance,
  caller: Caller,
  requestId: string,
): Promise<Result<Registered, No>> {
  const registration = registrationOf(body);
  const refusal = mismatch(registration, caller) ?? (await undiallable(deps.outbound, body.endpoint?.url));
  if (refusal) return deny(refusal);
  const { id, kind, tools, health } = registration;
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    const present = await lockServer(tx, id);
    if (present && present.kind !== kind) {
      return deny(
        refuse(
          'registration_mismatch',
          `${id} is registered as ${present.kind}. Nothing was changed. Remove it first, or use another id.`,
        ),
      );
    }
    const { version, contact, endpoint, nonce } = body;
    const consent = ('consent' in body && body.consent) || null;
    await saveRegistration(tx, {
      id,
      kind,
      version,
      tools,
      contact,
      health,
      endpointUrl: endpoint?.url ?? null,
      nonce: nonce ?? null,
      consent,
      now,
    });
    const details = { kind, version, tools, again: present !== undefined, endpoint: endpoint?.url ?? null, consent };
    await deps.recordAudit(tx, { action: 'server_registered', actor: caller.actor, target: id, details, requestId });
    await deps.publishEvent(tx, {
      channel: 'servers',
      event: 'server.registered',
      data: { serverId: id, kind, version },
    });
    return accept({ id, kind, isNew: present === undefined, registeredAt: present?.registered_at ?? now });
  });
}

function mismatch({ id, kind, tools }: Registration, caller: Caller): No | undefined {
  if (caller.kind === 'machine' && (caller.serverId !== id || caller.serverKind !== kind)) {
    return refuse(
      'key_bound_elsewhere',
      `This key belongs to the ${caller.serverKind} ${caller.serverId} and cannot register the ${kind} ${id}. Nothing was changed.`,
    );
  }
  const missing = REQUIRED[kind].filter((tool) => !tools.includes(tool));
  if (missing.length > 0) {
    const path = kind === 'installer' ? '/capabilities' : '/tools';
    const message = `must name ${missing.join(', ')}`;
    return refuse(
      'registration_mismatch',
      `${id} does not offer what a server of kind ${kind} must. Nothing was changed.`,
      { errors: [{ path, message }] },
    );
  }
  return undefined;
}

/** Asked again for each connection: what a name resolves to may change at any time. */
async function undiallable(outbound: Pick<GuardedFetch, 'check'>, url: string | undefined): Promise<No | undefined> {
  if (url === undefined) return undefined;
  const checked = await outbound.check(new URL(url));
  return checked.ok
    ? undefined
    : refuse(
        'endpoint_not_allowed',
        `The endpoint ${checked.refusal}. Nothing was changed. Let the server dial in, or allow it in SERVER_ENDPOINT_ALLOW: by host and port, and by range where it is not public.`,
      );
}
