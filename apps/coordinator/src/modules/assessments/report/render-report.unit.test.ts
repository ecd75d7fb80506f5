import { REPORT_FORMATS } from '@mcp-coordinator/contract/assessments.contract';
import { expect, it } from 'vitest';
import { renderReport } from './render-report.ts';
import { finding, input } from './testing/report-input.ts';

it.each(REPORT_FORMATS)('makes a file of %s', async (format) => {
  const given = input([finding()]);
  const id = 'a:b@c/../d';
  const file = await renderReport(format, { ...given, assessment: { ...given.assessment, assessmentId: id } });
  expect(file.fileName).toBe(`assessment-a_b_c_.._d.${format}`);
  expect(file.contentType).toMatch(/^[a-z]+\/[a-z+]+/);
  expect((file.content as string | Uint8Array).length).toBeGreaterThan(500);
});

it('gives the whole of it as JSON', async () => {
  const given = input([finding()]);
  const { content } = await renderReport('json', given);
  expect(JSON.parse(content as string)).toEqual({
    generatedAt: '2026-01-02T00:00:00.000Z',
    coordinator: 'http://localhost:3000',
    assessment: given.assessment,
    results: given.results,
  });
});
