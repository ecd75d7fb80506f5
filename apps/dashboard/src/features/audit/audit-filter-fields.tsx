import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { AUDIT_ACTIONS, AUDIT_RESULTS } from '@mcp-coordinator/contract/audit.contract';
import { useState } from 'react';
import { TextButton } from '../../ui/button.tsx';
import styles from './audit.module.css';
import { type AuditFilters, parseAuditSearch } from './audit-search.ts';

const NAMES = ['actor', 'action', 'target', 'result', 'startDate', 'endDate', 'search'] as const;
type Texts = Record<(typeof NAMES)[number], string>;

const textsOf = (filters: AuditFilters): Texts => ({
  actor: filters.actor ?? '',
  action: filters.action ?? '',
  target: filters.target ?? '',
  result: filters.result ?? '',
  startDate: filters.startDate ?? '',
  endDate: filters.endDate ?? '',
  search: filters.search ?? '',
});

/** What one types filters after a moment; the URL keeps it. */
export function AuditFilterFields({
  filters,
  onChange,
}: {
  filters: AuditFilters;
  onChange: (filters: AuditFilters) => void;
}) {
  const [texts, setTexts] = useState(() => textsOf(filters));
  const send = useDebouncedCallback((next: Texts) => onChange(parseAuditSearch(next)), 300);
  const set = (name: keyof Texts) => (event: { currentTarget: { value: string } }) => {
    const next = { ...texts, [name]: event.currentTarget.value };
    setTexts(next);
    send(next);
  };
  const clear = () => {
    setTexts(textsOf({}));
    onChange({});
  };
  return (
    <search className={styles['filters']}>
      <TextInput label="Actor" placeholder="anyone" value={texts.actor} onChange={set('actor')} />
      <NativeSelect
        label="Action"
        value={texts.action}
        onChange={set('action')}
        data={[
          { value: '', label: 'any' },
          ...AUDIT_ACTIONS.map((value) => ({ value, label: value.replaceAll('_', ' ') })),
        ]}
      />
      <TextInput label="Target" placeholder="any" value={texts.target} onChange={set('target')} />
      <NativeSelect
        label="Result"
        value={texts.result}
        onChange={set('result')}
        data={[{ value: '', label: 'any' }, ...AUDIT_RESULTS]}
      />
      <TextInput label="Anywhere" placeholder="in target or details" value={texts.search} onChange={set('search')} />
      <TextInput type="date" label="From, UTC" value={texts.startDate} onChange={set('startDate')} />
      <TextInput type="date" label="To, UTC" value={texts.endDate} onChange={set('endDate')} />
      {NAMES.some((name) => filters[name] !== undefined) ? (
        <TextButton onClick={clear}>Clear the filters</TextButton>
      ) : null}
    </search>
  );
}
