import type { ProposalStatus } from '@mcp-coordinator/contract/remediations.contract';

export const TABS = ['awaiting', 'running', 'done', 'failed', 'expired'] as const;
export type Tab = (typeof TABS)[number];

/** Each status has one tab; a test holds this against the contract's list. */
export const TAB_STATUSES: Record<Tab, readonly ProposalStatus[]> = {
  awaiting: ['pending', 'approved'],
  running: ['executing'],
  done: ['executed', 'rolled_back', 'rejected'],
  failed: ['failed', 'cancelled'],
  expired: ['expired', 'superseded'],
};

export const TAB_LABELS: Record<Tab, string> = {
  awaiting: 'Awaiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  expired: 'Expired',
};

export const parseTab = (search: Record<string, unknown>): { tab?: Tab } => {
  const tab = TABS.find((one) => one === search['tab']);
  return tab === undefined || tab === 'awaiting' ? {} : { tab };
};

export const tabOf = (status: ProposalStatus): Tab =>
  TABS.find((tab) => TAB_STATUSES[tab].includes(status)) ?? 'awaiting';
