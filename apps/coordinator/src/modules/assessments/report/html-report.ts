import { createHash } from 'node:crypto';
import type { AssessmentResults, Finding } from '@mcp-coordinator/contract/findings.contract';
import { REPORT_STYLE } from './html-style.ts';
import { Html, html, NOTHING, reference } from './html-text.ts';
import { headFacts, locationText, orderedServers, type ReportInput, type ServerReport } from './report-input.ts';

const STYLE_HASH = createHash('sha256').update(REPORT_STYLE).digest('base64');
/** Nothing is loaded, nothing runs, nothing is sent: the page is as safe from a disk as from here. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

/** One file without anything beside it, for a browser and for paper. */
export function renderHtml(input: ReportInput): string {
  const title = `Assessment ${input.assessment.assessmentId}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(REPORT_STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${facts(headFacts(input))}
${summary(input.results)}
${orderedServers(input.results).map(server)}
</main>
</body>
</html>
`.markup;
}

const facts = (pairs: readonly (readonly [string, string])[]): Html =>
  html`<dl>${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

const summary = ({ summary: sums, servers }: AssessmentResults): Html => html`<h2>Summary</h2>
<table>
<thead><tr><th scope="col">Servers</th><th scope="col">Issues</th><th scope="col">Critical and high</th><th scope="col">Medium and low</th><th scope="col">Informational</th></tr></thead>
<tbody><tr><td>${Object.keys(servers).length}</td><td>${sums.totalIssues}</td><td>${sums.criticalIssues}</td><td>${sums.warningIssues}</td><td>${sums.infoIssues}</td></tr></tbody>
</table>`;

function server({ key, status, issues, findings, unknowns = [] }: ServerReport): Html {
  return html`<section>
<h2>${key}</h2>
<p>${status.replaceAll('_', ' ')}${issues.length === 0 ? '' : `: ${issues.join(', ')}`}</p>
${findings?.map(finding) ?? html`<p class="note">The assessment was asked for without details.</p>`}
${unknowns.length === 0 ? NOTHING : html`<h3>Could not be checked</h3><ul>${unknowns.map(({ rule, reason }) => html`<li>${rule}: ${reason}</li>`)}</ul>`}
</section>
`;
}

function finding({ rule, issue, severity, title, evidence, location, fix, references, waived, id }: Finding): Html {
  const place = locationText(location);
  return html`<article class="${severity}${waived ? ' waived' : ''}">
<h3><span class="severity">${severity}</span> ${rule} ${title}</h3>
<pre>${evidence}</pre>
<dl>
<dt>Issue</dt><dd>${issue}</dd>
${place === '' ? NOTHING : html`<dt>Where</dt><dd>${place}</dd>`}
<dt>What to do</dt><dd>${fix.text}${fix.actionable ? ' A proposal can be generated.' : ''}</dd>
${waived ? html`<dt>Waived until</dt><dd>${waived.until}: ${waived.reason}</dd>` : NOTHING}
${references.length === 0 ? NOTHING : html`<dt>References</dt><dd>${references.map((target) => html`${reference(target)} `)}</dd>`}
<dt>Finding</dt><dd>${id}</dd>
</dl>
</article>
`;
}
