import { expect, it } from 'vitest';
import type { Rule, Subject } from '../rules/rule.ts';
import { found } from '../rules/rule.ts';
import { judgeServer } from './assess-server.ts';

const rule = (id: string, check: Rule['check']): Rule => ({
  id,
  issue: id,
  severity: 'high',
  title: id,
  meaning: '',
  fix: { text: '', actionable: false },
  references: [],
  check,
});
const SUBJECT = { key: 's', text: { leaves: [], unread: [] }, server: {} } as unknown as Subject;

it('a rule that throws is told to be unknown, and the others are heard', () => {
  const fails = rule('CFG-01', () => {
    throw new TypeError('cannot read it');
  });
  const finds = rule('CFG-02', () => found([{ location: {}, evidence: 'here' }]));
  const { findings, unknowns } = judgeServer(SUBJECT, [], [fails, finds]);
  expect(findings.map((finding) => finding.rule)).toEqual(['CFG-02']);
  expect(unknowns).toEqual([{ rule: 'CFG-01', reason: 'the rule failed: cannot read it' }]);
});
