import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderHtml } from './html-report.ts';
import { finding, input, poisoned } from './testing/report-input.ts';

const XSS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><svg/onload=alert(1)>',
  '</style><script>alert(1)</script>',
  '</pre></article></main><iframe srcdoc="<script>alert(1)</script>">',
  '--><script>alert(1)</script><!--',
  '<![CDATA[<script>alert(1)</script>]]>',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)//https://',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'https://example.org/"onmouseover="alert(1)',
  'https://example.org/<script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;',
  '`onmouseover=alert(1)`',
  '<a href="javascript:alert(1)">x</a>',
  '<meta http-equiv="refresh" content="0;url=//evil">',
  '<base href="//evil/">',
  '${alert(1)}{{constructor.constructor("alert(1)")()}}',
  '\ud800<script>\udfff',
  '\u2028<script>\u2029',
  '＜script＞alert(1)＜/script＞',
];

const TAG =
  /^<(?:!doctype html|\/?(?:html|head|body|main|section|article|h1|h2|h3|dl|dt|dd|p|pre|ul|li|table|thead|tbody|tr|td|span|title|style)|(?:html lang="en")|meta charset="utf-8"|meta http-equiv="Content-Security-Policy" content="[^"<>]*"|meta name="(?:viewport|referrer)" content="[^"<>]*"|th scope="col"|\/th|(?:article|span|p) class="[a-z ]+"|a href="https?:\/\/[^"<>`]*" rel="noopener noreferrer nofollow"|\/a)>/;

/** Every tag of the page is one of ours, to the last attribute. */
function foreignTags(page: string): string[] {
  return [...page.matchAll(/<[\s\S]/g)]
    .map(({ index }) => page.slice(index, index + 400))
    .filter((rest) => !TAG.test(rest));
}

describe('the HTML report', () => {
  it('says everything that was found', () => {
    const page = renderHtml(input([finding()]));
    for (const text of [
      'assessment-123',
      'CFG-01',
      'ghp_••••',
      '/home/anna/.cursor/mcp.json',
      'SUP-01',
      'filesystem',
      'bob',
      'http://localhost:3000',
    ]) {
      expect(page).toContain(text);
    }
    expect(page).toContain('<a href="https://owasp.org/www-project-mcp-top-10/" rel="noopener noreferrer nofollow">');
    expect(foreignTags(page)).toEqual([]);
  });

  it.each(XSS)('gives %j no way out of the text', (payload) => {
    const page = renderHtml(poisoned(payload));
    expect(page.match(/<article/g)).toHaveLength(1);
    expect(foreignTags(page)).toEqual([]);
    expect(page.match(/<a href="(?!https?:)/g)).toBeNull();
    expect(page.match(/<style>/g)).toHaveLength(1);
  });

  it('allows its own style alone, by hash, and nothing else', () => {
    const page = renderHtml(input([finding()]));
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(style).toContain('@media print');
    expect(page).not.toMatch(/ style=|<script|<img|<link|url\(/);
  });

  it('shows characters that would hide', () => {
    const page = renderHtml(input([finding({ evidence: 'a\u200bb\u202ec\u{e0041}d\u0000e\ufe0ff\u001b[31m' })]));
    expect(page).toContain('a[U+200B]b[U+202E]c[U+E0041]d[U+0000]e[U+FE0F]f[U+001B][31m');
  });

  it('is the same for the same input, in whichever order it came', () => {
    const findings = [finding(), finding({ id: 'fnd_2', severity: 'low' }), finding({ id: 'fnd_0' })];
    const one = input(findings);
    const other = input([...findings].reverse());
    const servers = Object.fromEntries(Object.entries(other.results.servers).reverse());
    expect(renderHtml({ ...other, results: { ...other.results, servers } })).toBe(renderHtml(one));
  });

  it('lists the issues where no details were asked for', () => {
    const page = renderHtml(input(undefined));
    expect(page).toContain('non compliant: secret_in_config');
    expect(page).toContain('without details');
  });
});
