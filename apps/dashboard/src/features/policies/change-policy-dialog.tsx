import { Checkbox, NumberInput, Textarea } from '@mantine/core';
import type { ApprovalPolicyDocument } from '@mcp-coordinator/contract/policies.contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import styles from './policies.module.css';
import { documentOf, readDraft, rulesText, type StoredPolicy } from './policy-draft.ts';

const QUORUM_MAX = 50;
const HOURS_MAX = 8760;

/** The rules under which approvals are given. Whether the change waits for another admin is for the policy in force to say. */
export function ChangePolicyDialog({ policy: stored, onClose }: { policy: StoredPolicy; onClose: () => void }) {
  const [draft, setDraft] = useState<ApprovalPolicyDocument>(() => documentOf(stored));
  const [rules, setRules] = useState(() => rulesText(documentOf(stored)));
  const [reason, setReason] = useState('');
  const queryClient = useQueryClient();
  const read = readDraft(draft, rules);
  const changing = useMutation({
    mutationFn: async () => {
      if (read.problem !== undefined) return;
      await call('changeApprovalPolicy', {
        body: { policy: read.policy, reason: reason.trim(), baseVersion: stored.version },
      });
    },
    onSuccess: onClose,
    onSettled: () =>
      Promise.all(
        ['showApprovalPolicy', 'listPolicyChanges'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })),
      ),
  });
  return (
    <FormDialog
      title="Change the approval policy"
      verb={stored.secondPerson ? 'Propose' : 'Change'}
      onClose={onClose}
      onSubmit={() => changing.mutate()}
      busy={changing.isPending}
      error={changing.error}
      blocked={read.problem ?? (reason.trim() === '' ? 'Give a reason first' : undefined)}
    >
      <p className="dim">
        {stored.secondPerson
          ? 'The policy in force asks for a second person: nothing changes until another admin approves it.'
          : 'The policy in force lets one person decide: the change takes effect at once, and is recorded.'}
      </p>
      <QuorumFields draft={draft} onChange={setDraft} />
      <AgeFields draft={draft} onChange={setDraft} />
      <Textarea
        label="Rules for servers, approvers, change windows and passkeys"
        description="JSON, as the API takes it."
        classNames={{ input: 'mono' }}
        autosize
        minRows={4}
        maxRows={14}
        spellCheck={false}
        error={read.problem}
        value={rules}
        onChange={({ currentTarget: { value } }) => setRules(value)}
      />
      <Textarea
        label="Reason"
        description="Kept in the audit log."
        required
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        onChange={({ currentTarget: { value } }) => setReason(value)}
      />
    </FormDialog>
  );
}

interface FieldsProps {
  draft: ApprovalPolicyDocument;
  onChange: (draft: ApprovalPolicyDocument) => void;
}

function QuorumFields({ draft, onChange }: FieldsProps) {
  const { quorum, quorumByPriority, secondPerson, mfa, approveInsideWindows, breakGlass } = draft;
  const check = (label: string, checked: boolean, change: (on: boolean) => ApprovalPolicyDocument) => (
    <Checkbox
      label={label}
      checked={checked}
      onChange={({ currentTarget }) => onChange(change(currentTarget.checked))}
    />
  );
  return (
    <>
      <div className={styles['pair']}>
        <NumberInput
          label="Approvals"
          min={1}
          max={QUORUM_MAX}
          hideControls
          value={quorum}
          onChange={(value) => onChange({ ...draft, quorum: Number(value) })}
        />
        <NumberInput
          label="If critical"
          min={1}
          max={QUORUM_MAX}
          hideControls
          value={quorumByPriority.critical ?? quorum}
          onChange={(value) =>
            onChange({ ...draft, quorumByPriority: { ...quorumByPriority, critical: Number(value) } })
          }
        />
      </div>
      {check('The requester may not approve', secondPerson, (on) => ({ ...draft, secondPerson: on }))}
      {check('A second factor to approve', mfa.approve, (on) => ({ ...draft, mfa: { ...mfa, approve: on } }))}
      {check('A second factor to run', mfa.execute, (on) => ({ ...draft, mfa: { ...mfa, execute: on } }))}
      {check('A second factor to manage people', mfa.manageUsers, (on) => ({
        ...draft,
        mfa: { ...mfa, manageUsers: on },
      }))}
      {check('Approve inside the change windows only', approveInsideWindows, (on) => ({
        ...draft,
        approveInsideWindows: on,
      }))}
      {check('Admins may break the glass in an emergency', breakGlass, (on) => ({ ...draft, breakGlass: on }))}
    </>
  );
}

const AGES = [
  ['proposalHours', 'Proposals live, hours', HOURS_MAX],
  ['approvalHours', 'Approvals live, hours', HOURS_MAX],
  ['tokenMinutes', 'Tokens live, minutes', 1440],
] as const;

function AgeFields({ draft, onChange }: FieldsProps) {
  const { maximumAges } = draft;
  return (
    <div className={styles['triple']}>
      {AGES.map(([name, label, max]) => (
        <NumberInput
          key={name}
          label={label}
          min={1}
          max={max}
          hideControls
          value={maximumAges[name]}
          onChange={(value) => onChange({ ...draft, maximumAges: { ...maximumAges, [name]: Number(value) } })}
        />
      ))}
    </div>
  );
}
