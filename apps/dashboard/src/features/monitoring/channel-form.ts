import type {
  AlertChannels,
  AlertChannelsView,
  ChannelKind,
  NewChannel,
} from '@mcp-coordinator/contract/alert-channels.contract';

/** A channel as it is typed in. What is secret stays empty while it is to stay what it is. */
export interface ChannelDraft {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  /** Addresses, separated by commas. */
  readonly to: string;
}

export interface ChannelsDraft extends Pick<AlertChannels, 'routes' | 'repeatHours'> {
  readonly channels: readonly ChannelDraft[];
}

/** What is stored, as it can be edited; of a Slack-compatible receiver the address is not known. */
export const draftOf = ({ channels, routes, repeatHours }: AlertChannelsView): ChannelsDraft => ({
  channels: channels.map(({ kind, name, url, to }) => ({
    kind,
    name,
    url: kind === 'webhook' ? (url ?? '') : '',
    secret: '',
    to: to?.join(', ') ?? '',
  })),
  routes,
  repeatHours,
});

export const wishOf = ({ channels, routes, repeatHours }: ChannelsDraft): AlertChannels => ({
  channels: channels.map(channelOf),
  routes,
  repeatHours,
});

function channelOf({ kind, name, url, secret, to }: ChannelDraft): NewChannel {
  switch (kind) {
    case 'webhook':
      return { kind, name, url: url.trim(), ...(secret.trim() === '' ? {} : { secret: secret.trim() }) };
    case 'slack':
      return { kind, name, ...(url.trim() === '' ? {} : { url: url.trim() }) };
    case 'email':
      return {
        kind,
        name,
        to: to
          .split(',')
          .map((address) => address.trim())
          .filter((address) => address !== ''),
      };
  }
}

/** Without a channel's name in any route, as when it goes. */
export const withoutRoute = (routes: AlertChannels['routes'], name: string): AlertChannels['routes'] => ({
  notify_admin: routes.notify_admin.filter((one) => one !== name),
  notify_team: routes.notify_team.filter((one) => one !== name),
  emergency_alert: routes.emergency_alert.filter((one) => one !== name),
  log_warning: routes.log_warning.filter((one) => one !== name),
});
