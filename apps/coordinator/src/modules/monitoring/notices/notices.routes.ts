import { refuse } from '@mcp-coordinator/contract/refusals';
import { decodeCursor, pageOf } from '../../../db/paging.ts';
import type { Handlers } from '../../../http/handlers.ts';
import type { NewId } from '../../../runtime.ts';
import { createSilence, endSilence } from './change-silences.ts';
import { currentChannels } from './channels.store.ts';
import { selectNotifications, toNotification } from './notifications.store.ts';
import { type ReplaceChannelsDeps, replaceChannels, viewOf } from './replace-channels.ts';
import { retryNotification } from './retry-notification.ts';
import { type SendNoticeDeps, sendNotice } from './send-notice.ts';
import { selectSilences, toSilence } from './silences.store.ts';

export type NoticeRouteName =
  | 'createSilence'
  | 'listSilences'
  | 'endSilence'
  | 'showAlertChannels'
  | 'replaceAlertChannels'
  | 'testAlertChannel'
  | 'listAlertNotifications'
  | 'retryAlertNotification';
export type NoticeRoutesDeps = SendNoticeDeps & Omit<ReplaceChannelsDeps, 'mail'> & { readonly newId: NewId };

const success = true as const;

export function noticeHandlers(deps: NoticeRoutesDeps): Handlers<NoticeRouteName> {
  const { db, clock, keys, newId, recordAudit } = deps;
  return {
    async createSilence({ body, caller, requestId }) {
      const created = await createSilence(deps, body, { actor: caller.actor, requestId });
      return created.ok ? { status: 201, body: { success, silence: created.value } } : { refusal: created.refusal };
    },
    async listSilences({ query }) {
      const after = decodeCursor(query.cursor);
      if (!after.ok) return { refusal: after.refusal };
      const { rows, counted } = await selectSilences(db, { ...query, after: after.value });
      const { rows: shown, ...page } = pageOf(rows, query, counted, (row) => ({ at: row.created_at, id: row.id }));
      const now = clock();
      return { status: 200, body: { success, silences: shown.map((row) => toSilence(row, now)), ...page } };
    },
    async endSilence({ params, caller, requestId }) {
      const ended = await endSilence(deps, params.id, { actor: caller.actor, requestId });
      return ended.ok ? { status: 200, body: { success, silence: ended.value } } : { refusal: ended.refusal };
    },
    async showAlertChannels() {
      return { status: 200, body: { success, ...viewOf(await currentChannels(db, keys), deps.mail !== undefined) } };
    },
    async replaceAlertChannels({ body, caller, requestId }) {
      const replaced = await replaceChannels(deps, { wish: body, actor: caller.actor, requestId });
      return replaced.ok ? { status: 200, body: { success, ...replaced.value } } : { refusal: replaced.refusal };
    },
    async testAlertChannel({ params, caller, requestId }) {
      const { channels } = await currentChannels(db, keys);
      const channel = channels.find(({ name }) => name === params.id);
      if (!channel) return { refusal: refuse('not_found', `There is no channel ${params.id}.`) };
      const sent = await sendNotice(deps, channel, { id: newId('notice'), kind: 'test', alerts: [] });
      const error = sent.ok ? null : sent.refusal;
      const details = { delivered: sent.ok, error };
      await db.transaction().execute((tx) =>
        recordAudit(tx, {
          ...({ action: 'alert_channel_tested', actor: caller.actor, target: channel.name } as const),
          ...{ details, requestId },
        }),
      );
      return { status: 200, body: { success, delivered: sent.ok, error } };
    },
    async listAlertNotifications({ query }) {
      const after = decodeCursor(query.cursor);
      if (!after.ok) return { refusal: after.refusal };
      const { rows, counted } = await selectNotifications(db, { ...query, after: after.value, state: query.state });
      const { rows: shown, ...page } = pageOf(rows, query, counted, (row) => ({ at: row.created_at, id: row.id }));
      return { status: 200, body: { success, notifications: shown.map(toNotification), ...page } };
    },
    async retryAlertNotification({ params, caller, requestId }) {
      const retried = await retryNotification(deps, { id: params.id, actor: caller.actor, requestId });
      return retried.ok
        ? { status: 200, body: { success, notification: retried.value } }
        : { refusal: retried.refusal };
    },
  };
}
