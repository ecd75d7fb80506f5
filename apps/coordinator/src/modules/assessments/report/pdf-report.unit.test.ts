import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { renderPdf } from './pdf-report.ts';
import { pdfText } from './pdf-text.ts';
import { finding, input, poisoned } from './testing/report-input.ts';

const pages = (bytes: Uint8Array): number =>
  Buffer.from(bytes)
    .toString('latin1')
    .match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;

/** The words of a file whose streams are deflated and whose texts are hexadecimal strings in arrays. */
function words(bytes: Uint8Array): string {
  const raw = Buffer.from(bytes);
  let text = '';
  for (const found of raw.toString('latin1').matchAll(/stream\r?\n/g)) {
    const start = found.index + found[0].length;
    const end = raw.indexOf('endstream', start);
    try {
      const content = inflateSync(raw.subarray(start, end)).toString('latin1');
      for (const [, hex] of content.matchAll(/<([0-9a-f]+)>/g))
        text += Buffer.from(hex ?? '', 'hex').toString('latin1');
    } catch {
      // Not a deflated stream.
    }
  }
  return text;
}

describe('the PDF report', () => {
  it('is a PDF with pages, and says what was found', async () => {
    const bytes = await renderPdf(input([finding()]));
    expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(Buffer.from(bytes.subarray(-6)).toString()).toContain('%%EOF');
    expect(pages(bytes)).toBe(1);
    const text = words(bytes);
    for (const word of ['assessment-123', 'CRITICAL', 'CFG-01', 'mcp.json', 'SUP-01', 'page 1 of 1'])
      expect(text).toContain(word);
  });

  it('numbers its pages, and adds none for the numbers', async () => {
    const bytes = await renderPdf(input(Array.from({ length: 40 }, (_, index) => finding({ id: `fnd_${index}` }))));
    const count = pages(bytes);
    expect(count).toBeGreaterThan(3);
    expect(words(bytes)).toContain(`page ${count} of ${count}`);
  });

  it('stops at so many findings, and says so', async () => {
    const bytes = await renderPdf(
      input(Array.from({ length: 2_100 }, (_, index) => finding({ id: `fnd_${index}`, evidence: 'x' }))),
    );
    expect(words(bytes)).toContain('Only the first 2000 findings are shown');
  }, 30_000);

  it.each([
    '',
    ' ',
    '\n\n\n',
    '中文 العربية हिन्दी 🎉 \u{e0041}',
    '\u0000\u001b[31m\u202e\ud800\udfff\uffff',
    '(\\) <<>> endstream %%EOF',
    'x'.repeat(100_000),
    '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ÄÖÜß ñ',
  ])('is made of any text (%#)', async (payload) => {
    const bytes = await renderPdf(poisoned(payload));
    expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(pages(bytes)).toBeGreaterThan(0);
    expect(pages(bytes)).toBeLessThan(30);
  });

  it('is the same for the same input', async () => {
    expect(
      Buffer.from(await renderPdf(input([finding()]))).equals(Buffer.from(await renderPdf(input([finding()])))),
    ).toBe(true);
  });
});

it('names by code point what the fonts cannot show', () => {
  expect(pdfText('Zürich – 5 € 中文!')).toBe('Zürich – 5 € [U+4E2D U+6587]!');
  expect(pdfText('a\u200bb')).toBe('a[U+200B]b');
});
