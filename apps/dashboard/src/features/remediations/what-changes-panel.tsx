import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { useState } from 'react';
import { TextButton } from '../../ui/button.tsx';
import { DiffView } from '../../ui/diff-view.tsx';
import { Panel } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { effectOf, identicalChanges, intentsOf } from './proposal-effect.ts';
import styles from './review.module.css';

export function WhatChangesPanel({ plans }: { plans: readonly ActionPlan[] }) {
  const [sideBySide, setSideBySide] = useState(false);
  const { files, changedLines } = effectOf(plans);
  const several = new Set(plans.map(({ serverName }) => serverName)).size > 1;
  const aside =
    files.length === 0 ? (
      'no file changes'
    ) : (
      <>
        {[count(files.length, 'file'), count(changedLines, 'line'), ...(files.length === 1 ? files : [])].join(' · ')} ·{' '}
        <TextButton aria-pressed={sideBySide} onClick={() => setSideBySide(!sideBySide)}>
          {sideBySide ? 'one below the other' : 'side by side'}
        </TextButton>
      </>
    );
  return (
    <Panel title="What changes" aside={aside}>
      <div className={styles['intents']}>
        {intentsOf(plans).map(({ serverName, intent, places }) => (
          <div key={`${serverName} ${intent.verb} ${intent.text}`} className={styles['intent']}>
            <span className={styles['verb']}>{intent.verb}</span>
            <span>
              {several ? `${visibleText(serverName)}: ` : ''}
              {visibleText(intent.text)}
              {places > 1 ? <span className="dim"> · in {places} places</span> : null}
            </span>
          </div>
        ))}
      </div>
      {identicalChanges(plans).map((group) => (
        <Change key={group[0].actionId} group={group} named={files.length > 1 || plans.length > 1} split={sideBySide} />
      ))}
    </Panel>
  );
}

interface ChangeProps {
  group: readonly [ActionPlan, ...ActionPlan[]];
  named: boolean;
  split: boolean;
}

/** One diff for all places where it is the same to the character; each of them is named. */
function Change({ group: [plan, ...others], named, split }: ChangeProps) {
  return (
    <div className={styles['plan']}>
      {named ? <Place plan={plan} /> : null}
      {others.length > 0 ? (
        <div className={styles['same']}>
          <b>The same lines change in {count(others.length, 'other place')}:</b>
          <ul>
            {others.map((other) => (
              <li key={other.actionId}>
                <Place plan={other} />
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <DiffView diff={plan.diff} split={split} label={`Change of ${plan.target?.path ?? plan.serverName}`} />
    </div>
  );
}

function Place({ plan: { target, serverName } }: { plan: ActionPlan }) {
  return (
    <div className={styles['path']}>
      <code>{target?.path ?? serverName}</code>
      <span className="dim">
        {visibleText(serverName)}
        {target ? ` · ${target.client} · ${target.installerId}` : ''}
      </span>
    </div>
  );
}
