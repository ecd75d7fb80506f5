import type { RemoteReport } from '../probe/probe-report.ts';
import { CLEAN, found, type Rule, undetermined } from './rule.ts';

/** A rule about what a remote server answered to the probe. */
export function remoteRule({
  evidence,
  ...rule
}: Omit<Rule, 'check'> & { readonly evidence: (report: RemoteReport) => readonly string[] }): Rule {
  return {
    ...rule,
    check({ probe, server }) {
      if (server.launch.url === undefined) return CLEAN;
      if (probe?.status !== 'probed' || probe.remote === null)
        return undetermined(`it was not asked over the network: ${reasonOf(probe)}`);
      return found(
        evidence(probe.remote).map((text) => ({ location: { path: server.path, pointer: '/url' }, evidence: text })),
      );
    },
  };
}

const reasonOf = (probe: Parameters<Rule['check']>[0]['probe']): string =>
  probe?.status === 'unknown' ? probe.reason : 'a plain assessment reaches nothing';
