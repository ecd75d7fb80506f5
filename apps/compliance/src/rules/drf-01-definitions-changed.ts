import { type DefinitionChange, diffDefinitions, pinnable, whyNotPinnable } from '../execution/pinned-definitions.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule, undetermined } from './rule.ts';

export const definitionsChanged: Rule = {
  id: 'DRF-01',
  issue: 'definitions_changed',
  severity: 'critical',
  title: 'The tools are not the ones that were pinned',
  meaning:
    'After somebody had looked at the definitions and accepted them, the server came to say something else. That is how a harmless tool turns into another one.',
  fix: {
    text: 'Read the difference. Pin the new definitions if they are meant, else remove the server.',
    actionable: false,
  },
  references: [OWASP.poisoning, OWASP.supplyChain, 'CWE-494'],
  check({ pin, server }) {
    if (pin === undefined) return CLEAN;
    const { definitions } = server;
    if (definitions.status !== 'captured')
      return undetermined(`its definitions are pinned and not known now: ${definitions.reason}`);
    const present = pinnable(definitions);
    const why = whyNotPinnable(present);
    if (why !== undefined)
      return found([{ location: {}, evidence: `the definitions can no longer be compared: ${why}` }]);
    return found(diffDefinitions(pin.definitions, present).map(asHit));
  },
};

const asHit = ({ tool, field, change, before, now }: DefinitionChange): Hit => ({
  location: { ...(tool === undefined ? {} : { tool }), ...(field === '' ? {} : { field }) },
  evidence:
    field === ''
      ? `the tool was ${change}`
      : change === 'changed'
        ? `was ${shown(before)}, is ${shown(now)}`
        : `${change}: ${shown(change === 'added' ? now : before)}`,
});

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
  return text.length > 150 ? `${text.slice(0, 150)}…` : text;
};
