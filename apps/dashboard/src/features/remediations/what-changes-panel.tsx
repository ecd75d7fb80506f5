import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { DiffView } from '../../ui/diff-view.tsx';
import { Panel } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { effectOf, intentsOf } from './proposal-effect.ts';
import styles from './review.module.css';

export function WhatChangesPanel({ plans }: { plans: readonly ActionPlan[] }) {
  const { files, changedLines } = effectOf(plans);
  const several = new Set(plans.map(({ serverName }) => serverName)).size > 1;
  const aside =
    files.length === 0
      ? 'no file changes'
      : [count(files.length, 'file'), count(changedLines, 'line'), ...(files.length === 1 ? files : [])].join(' · ');
  return (
    <Panel title="What changes" aside={aside}>
      <div className={styles['intents']}>
        {intentsOf(plans).map(({ serverName, intent }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a plan never changes, and sentences may repeat
          <div key={index} className={styles['intent']}>
            <span className={styles['verb']}>{intent.verb}</span>
            <span>
              {several ? `${visibleText(serverName)}: ` : ''}
              {visibleText(intent.text)}
            </span>
          </div>
        ))}
      </div>
      {plans
        .filter(({ diff }) => diff !== '')
        .map((plan) => (
          <div key={plan.actionId} className={styles['plan']}>
            {files.length > 1 || plans.length > 1 ? (
              <div className={styles['path']}>
                <code>{plan.target?.path ?? plan.serverName}</code>
                <span className="dim">
                  {visibleText(plan.serverName)}
                  {plan.target ? ` · ${plan.target.client} · ${plan.target.installerId}` : ''}
                </span>
              </div>
            ) : null}
            <DiffView diff={plan.diff} label={`Change of ${plan.target?.path ?? plan.serverName}`} />
          </div>
        ))}
    </Panel>
  );
}
