import type { Clock } from '../../runtime.ts';
import { insertOutbox } from './realtime.store.ts';
import type { PublishEvent } from './realtime-event.ts';

/** Needs nothing but the time, so that modules which publish can be made before the one that delivers. */
export const createPublishEvent =
  ({ clock }: { clock: Clock }): PublishEvent =>
  (tx, event) =>
    insertOutbox(tx, event, clock());
