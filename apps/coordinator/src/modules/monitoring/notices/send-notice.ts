import { createHmac } from 'node:crypto';
import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Clock } from '../../../runtime.ts';
import { alertmanagerPayload, alertSentence } from './alertmanager-payload.ts';
import type { OpenChannel } from './channels.store.ts';

/** Posts and answers the status; throws when nobody answered. Follows no redirect, and reaches only what may be reached. */
export type PostJson = (
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<{ status: number }>;
/** Hands a mail to the mail server; throws what it said when it did not take it. */
export type SendMail = (mail: { to: readonly string[]; subject: string; text: string }) => Promise<void>;

export interface SendNoticeDeps {
  readonly clock: Clock;
  readonly publicUrl: URL;
  readonly post: PostJson;
  /** Absent where no mail server is configured. */
  readonly mail: SendMail | undefined;
}

export interface Notice {
  /** Stays the same when it is sent again: receivers know by it what they have. */
  readonly id: string;
  readonly kind: 'fired' | 'repeated' | 'resolved' | 'test';
  readonly alerts: readonly Alert[];
}

/** Tells one channel, once. The refusal is a sentence that holds no secret. */
export async function sendNotice(
  deps: SendNoticeDeps,
  channel: OpenChannel,
  notice: Notice,
): Promise<Result<null, string>> {
  try {
    switch (channel.kind) {
      case 'webhook':
        return await postWebhook(deps, channel, notice);
      case 'slack':
        return answered(await deps.post(new URL(channel.url), JSON.stringify({ text: textOf(deps, notice) }), {}));
      case 'email':
        if (!deps.mail) return deny('no mail server is configured: set SMTP_URL');
        await deps.mail({ to: channel.to, subject: subjectOf(notice), text: textOf(deps, notice) });
        return accept(null);
    }
  } catch (error) {
    return deny(reasonOf(error));
  }
}

async function postWebhook(
  { clock, publicUrl, post }: SendNoticeDeps,
  { name, url, secret }: Extract<OpenChannel, { kind: 'webhook' }>,
  { id, alerts }: Notice,
): Promise<Result<null, string>> {
  const body = JSON.stringify(alertmanagerPayload(name, alerts, publicUrl));
  const timestamp = String(Math.floor(clock().getTime() / 1000));
  const signature = secret === null ? {} : { 'webhook-signature': sign(secret, `${id}.${timestamp}.${body}`) };
  return answered(await post(new URL(url), body, { 'webhook-id': id, 'webhook-timestamp': timestamp, ...signature }));
}

/** Standard Webhooks 1.0, symmetric: HMAC-SHA-256 over id, time and body. */
const sign = (secret: string, signed: string): string =>
  `v1,${createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(signed)
    .digest('base64')}`;

const answered = ({ status }: { status: number }): Result<null, string> =>
  status >= 200 && status < 300 ? accept(null) : deny(`the receiver answered ${status}`);

/** Of a failed connection the code says it all; addresses and what a server echoes may hold what nobody should read. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string') return `the receiver could not be reached (${code})`;
  return error instanceof DOMException ? 'the receiver did not answer in time' : 'the receiver could not be reached';
}

const LEADS = { fired: 'Alert', repeated: 'Still firing', resolved: 'Resolved', test: 'Test' } as const;

function subjectOf({ kind, alerts }: Notice): string {
  const [first, ...others] = alerts;
  const about = first ? alertSentence(first) : 'this channel works';
  return `[${LEADS[kind]}] ${about}${others.length > 0 ? ` and ${others.length} more` : ''}`;
}

function textOf({ publicUrl }: SendNoticeDeps, { kind, alerts }: Notice): string {
  const lines = alerts.map((alert) => `${alert.severity}: ${alertSentence(alert)}, since ${alert.startedAt}`);
  if (kind === 'test') lines.push('This channel works: alerts will be told here.');
  return [`${LEADS[kind]}`, ...lines, new URL('/system', publicUrl).href].join('\n');
}
