import { expect, it } from 'vitest';
import { csvCell } from './export-forms.ts';

it.each(['=1', '+1', '-1', '@a', '\t=1', ' =1', '\r\n@a', '|x', '%0'])('gives %j an apostrophe', (text) => {
  expect(csvCell(text)).toBe(`"'${text}"`);
});

it.each(['', 'a', 'a=1', '2026-01-01', '{"a":1}'])('leaves %j as it is', (text) => {
  expect(csvCell(text)).toBe(`"${text.replaceAll('"', '""')}"`);
});
