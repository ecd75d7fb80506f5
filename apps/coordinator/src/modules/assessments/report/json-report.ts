import type { ReportInput } from './report-input.ts';

/** The assessment and its results as the API gives them, with who made the report and when. */
export const renderJson = ({ assessment, results, generatedAt, coordinator }: ReportInput): string =>
  `${JSON.stringify({ generatedAt: generatedAt.toISOString(), coordinator, assessment, results }, null, 2)}\n`;
