import { Checkbox, NativeSelect, Textarea } from '@mantine/core';
import { randomId } from '@mcp-coordinator/client/random-id';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { parseTargets } from './parse-targets.ts';

const TYPES = [
  { value: 'compliance', label: 'Compliance: every rule' },
  { value: 'security', label: 'Security' },
  { value: 'configuration', label: 'Configuration' },
] as const;
type AssessmentType = (typeof TYPES)[number]['value'];

export function RequestAssessmentDialog({ onClose }: { onClose: () => void }) {
  const [assessmentType, setType] = useState<AssessmentType>('compliance');
  const [targets, setTargets] = useState('');
  const [includeDetails, setDetails] = useState(true);
  const [generateReport, setReport] = useState(true);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const requesting = useMutation({
    mutationFn: () =>
      call('requestAssessment', {
        body: {
          requestId: randomId('asm_'),
          assessmentType,
          options: { includeDetails, generateReport },
          targetServers: parseTargets(targets),
        },
      }),
    onSuccess: async ({ assessmentId }) => {
      await queryClient.invalidateQueries({ queryKey: ['listAssessments'] });
      await navigate({ to: '/assessment/runs/$id', params: { id: assessmentId } });
    },
  });
  return (
    <FormDialog
      title="Request assessment"
      verb="Request assessment"
      onClose={onClose}
      onSubmit={() => requesting.mutate()}
      busy={requesting.isPending}
      error={requesting.error}
    >
      <p className="dim">It reads the configuration that the installers report, and changes nothing.</p>
      <NativeSelect
        label="Type"
        data={[...TYPES]}
        value={assessmentType}
        onChange={({ currentTarget: { value } }) =>
          setType(TYPES.find((type) => type.value === value)?.value ?? 'compliance')
        }
      />
      <Textarea
        label="Servers"
        description="Names, one a line. Empty: every server of every installer."
        autosize
        minRows={2}
        spellCheck={false}
        value={targets}
        onChange={(event) => setTargets(event.currentTarget.value)}
      />
      <Checkbox
        label="With details: each finding with its evidence and its fix"
        checked={includeDetails}
        onChange={(event) => setDetails(event.currentTarget.checked)}
      />
      <Checkbox
        label="Keep a report that can be exported"
        checked={generateReport}
        onChange={(event) => setReport(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}
