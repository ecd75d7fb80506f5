import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule, undetermined } from './rule.ts';

export const answersDiffer: Rule = {
  id: 'DRF-03',
  issue: 'answers_differ',
  severity: 'high',
  title: 'It says different things at different times, or to different callers',
  meaning: 'What was looked at is not what a client will be shown. Honest servers change their tools by being updated.',
  fix: { text: 'Remove the server, unless its author can tell why it answers differently.', actionable: true },
  references: [OWASP.poisoning, 'CWE-436'],
  check({ probe, server }) {
    if (server.launch.command === undefined && server.launch.url === undefined) return CLEAN;
    if (probe === undefined || probe.status !== 'probed')
      return undetermined(`it was not asked twice: ${probe?.reason ?? 'a plain assessment starts nothing'}`);
    return found(
      probe.differences.map(({ when, change: { tool, field, change } }) => ({
        location: { ...(tool === undefined ? {} : { tool }), ...(field === '' ? {} : { field }) },
        evidence: `${field === '' ? 'the tool' : field} was ${change} ${when}`,
      })),
    );
  },
};
