import { NativeSelect, TextInput } from '@mantine/core';
import type { CallValue } from '@mcp-coordinator/client/route-call';
import {
  ALERT_ACTIONS,
  ALERT_SEVERITIES,
  type AlertRules,
  type AlertSeverity,
} from '@mcp-coordinator/contract/monitoring.contract';
import { parseCondition } from '@mcp-coordinator/core/alerts/parse-condition';
import { type UseQueryResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { refusalOf } from '../../api/refused-error.ts';
import { Button, TextButton } from '../../ui/button.tsx';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { missing, useMe } from '../auth/me.ts';
import styles from './monitoring.module.css';
import { RulePreview } from './rule-preview.tsx';

export function AlertRulesPanel({ query }: { query: UseQueryResult<CallValue<'showAlertRules'>> }) {
  const number = query.data ? query.data.alerts.critical.length + query.data.alerts.warning.length : 0;
  return (
    <Panel title="Alert rules" aside={query.data ? `${number} in force` : undefined}>
      <Loaded query={query} what="the rules">
        {({ alerts }) => <RulesForm key={JSON.stringify(alerts)} saved={alerts} />}
      </Loaded>
    </Panel>
  );
}

const SEVERITY_WORDS: Record<AlertSeverity, string> = { critical: 'Critical', warning: 'Warning' };

function RulesForm({ saved }: { saved: AlertRules }) {
  const me = useMe();
  const queryClient = useQueryClient();
  const [rules, setRules] = useState(saved);
  const [edited, setEdited] = useState<string>();
  const saving = useMutation({
    mutationFn: () => call('replaceAlertRules', { body: rules }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['showAlertRules'] }),
  });
  const refused = new Map(refusalOf(saving.error)?.errors.map(({ path, message }) => [path, message]));
  const changed = JSON.stringify(rules) !== JSON.stringify(saved);
  const locked = missing(me, 'manage_alerts');
  const replace = (severity: AlertSeverity, list: AlertRules[AlertSeverity]) => {
    saving.reset();
    setRules({ ...rules, [severity]: list });
  };
  return (
    <PanelBody>
      {ALERT_SEVERITIES.map((severity) => (
        <fieldset key={severity} style={{ border: 0, margin: 0, padding: 0, display: 'grid', gap: 8 }}>
          <legend style={{ fontWeight: 600, padding: '0 0 6px' }}>{SEVERITY_WORDS[severity]}</legend>
          {rules[severity].length === 0 ? <Quiet>No rule.</Quiet> : null}
          {rules[severity].map((rule, index) => {
            const set = (part: Partial<typeof rule>) => {
              setEdited(part.condition ?? rule.condition);
              replace(
                severity,
                rules[severity].map((one, at) => (at === index ? { ...one, ...part } : one)),
              );
            };
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: rules have no id, and only the last one comes or any one goes
              <div key={index} className={styles['rule']}>
                <TextInput
                  aria-label={`${SEVERITY_WORDS[severity]} rule ${index + 1}: condition`}
                  value={rule.condition}
                  readOnly={locked !== undefined}
                  spellCheck={false}
                  styles={{ input: { fontFamily: 'var(--mono)', fontSize: 12.5 } }}
                  error={refused.get(`/${severity}/${index}/condition`) ?? conditionError(rule.condition)}
                  onChange={(event) => set({ condition: event.currentTarget.value })}
                />
                <NativeSelect
                  aria-label={`${SEVERITY_WORDS[severity]} rule ${index + 1}: action`}
                  data={[...ALERT_ACTIONS]}
                  value={rule.action}
                  disabled={locked !== undefined}
                  onChange={({ currentTarget: { value } }) =>
                    set({ action: ALERT_ACTIONS.find((one) => one === value) ?? rule.action })
                  }
                />
                <Button
                  blocked={locked}
                  aria-label={`Remove ${SEVERITY_WORDS[severity].toLowerCase()} rule ${index + 1}`}
                  onClick={() =>
                    replace(
                      severity,
                      rules[severity].filter((_, at) => at !== index),
                    )
                  }
                >
                  Remove
                </Button>
              </div>
            );
          })}
          {locked === undefined ? (
            <div>
              <TextButton
                onClick={() => replace(severity, [...rules[severity], { condition: '', action: 'notify_admin' }])}
              >
                Add a {SEVERITY_WORDS[severity].toLowerCase()} rule
              </TextButton>
            </div>
          ) : null}
        </fieldset>
      ))}
      {edited !== undefined && changed ? <RulePreview condition={edited} /> : null}
      {saving.error ? <ProblemNotice error={saving.error} /> : null}
      {saving.isSuccess ? <Notice tone="verified" title="✓ Saved." urgent /> : null}
      <div className={styles['buttons']}>
        <Button
          filled={changed}
          busy={saving.isPending}
          blocked={locked ?? (changed ? undefined : 'Nothing has been changed')}
          onClick={() => saving.mutate()}
        >
          Save rules
        </Button>
        {changed ? <Button onClick={() => setRules(saved)}>Discard</Button> : null}
      </div>
    </PanelBody>
  );
}

/** Beforehand and in the same words as the server: both read it with the same parser. */
const conditionError = (condition: string): string | undefined => {
  const parsed = parseCondition(condition);
  return parsed.ok ? undefined : parsed.refusal.message;
};
