import { OWASP } from './owasp.ts';
import { askedFacts } from './package-subject.ts';
import { found, type Hit, type Rule } from './rule.ts';

/** Most malicious releases are found and withdrawn within this time. */
const FRESH_MS = 72 * 3_600_000;

export const riskyRelease: Rule = {
  id: 'SUP-05',
  issue: 'risky_release',
  severity: 'medium',
  title: 'The release deserves a second look',
  meaning:
    'It runs code while it is installed, is so new that nobody has looked at it, or comes from other people than before.',
  fix: { text: 'Install without scripts, wait three days, or ask the owners who published it.', actionable: false },
  references: [OWASP.supplyChain, 'CWE-829', 'CWE-506'],
  check(subject) {
    const asked = askedFacts(subject);
    if (!asked.ok) return asked.judgement;
    const { facts, location, pkg } = asked;
    const hits: Hit[] = [];
    if (facts.hasInstallScripts) hits.push({ location, evidence: `${pkg.name} runs scripts while it is installed` });
    const age = facts.publishedAt === null ? Number.NaN : subject.now.getTime() - Date.parse(facts.publishedAt);
    if (age >= 0 && age < FRESH_MS) hits.push({ location, evidence: `published at ${facts.publishedAt}` });
    const before = subject.context?.artifact?.maintainers;
    const strangers = before === undefined ? [] : facts.maintainers.filter((name) => !before.includes(name));
    if (strangers.length > 0)
      hits.push({ location, evidence: `maintained by ${strangers.join(', ')}, who did not at the time of approval` });
    return found(hits);
  },
};
