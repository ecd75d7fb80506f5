/** The whole look of a report. The page allows this text alone, by its hash. */
export const REPORT_STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: #1c1f24; background: #fff; overflow-wrap: anywhere; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .5rem; border-bottom: 2px solid #d5d9e0; padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: .5rem 0; }
dt { color: #4a5260; }
dd { margin: 0; }
table { border-collapse: collapse; margin: .5rem 0; }
th, td { border: 1px solid #d5d9e0; padding: .35rem .7rem; text-align: left; vertical-align: top; }
pre { white-space: pre-wrap; background: #f4f5f7; border: 1px solid #d5d9e0; border-radius: 4px; padding: .5rem .7rem; margin: .4rem 0; font: 13px/1.45 ui-monospace, monospace; }
article { border: 1px solid #d5d9e0; border-left-width: 5px; border-radius: 4px; padding: .8rem 1rem; margin: .8rem 0; break-inside: avoid; }
.severity { display: inline-block; min-width: 4.6rem; text-align: center; border-radius: 3px; padding: 0 .5rem; font-size: .8rem; font-weight: 600; text-transform: uppercase; color: #fff; background: #4a5260; }
.critical { border-left-color: #8f1020; } .critical .severity { background: #8f1020; }
.high { border-left-color: #b3400a; } .high .severity { background: #b3400a; }
.medium { border-left-color: #7d5a00; } .medium .severity { background: #7d5a00; }
.low { border-left-color: #2f5d8c; } .low .severity { background: #2f5d8c; }
.waived h3 { text-decoration: line-through; }
.note { color: #4a5260; }
a { color: #1b4f9c; }
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  a { color: inherit; text-decoration: none; }
}
`;
