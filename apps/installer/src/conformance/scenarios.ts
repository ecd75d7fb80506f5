/**
 * Scenarios of the official suite that are no demand on this server, and why. The suite itself is told of them: it fails when
 * another one does, and when one of these passes after all.
 */
const OWN_TOOLS = "calls tools of the suite's own";
const OWN_RESOURCES = "reads resources of the suite's own";
const OWN_PROMPTS = "gets prompts of the suite's own";
const NOT_DECLARED = 'a capability that is optional and not declared';

export const NOT_FOR_US: Readonly<Record<string, string>> = {
  'logging-set-level': NOT_DECLARED,
  'completion-complete': "completes a prompt of the suite's own",
  'tools-call-simple-text': OWN_TOOLS,
  'tools-call-image': OWN_TOOLS,
  'tools-call-audio': OWN_TOOLS,
  'tools-call-embedded-resource': OWN_TOOLS,
  'tools-call-mixed-content': OWN_TOOLS,
  'tools-call-with-logging': OWN_TOOLS,
  'tools-call-error': OWN_TOOLS,
  'tools-call-with-progress': OWN_TOOLS,
  'tools-call-sampling': OWN_TOOLS,
  'tools-call-elicitation': OWN_TOOLS,
  'json-schema-2020-12': OWN_TOOLS,
  'elicitation-sep1034-defaults': OWN_TOOLS,
  'server-sse-polling': OWN_TOOLS,
  'elicitation-sep1330-enums': OWN_TOOLS,
  'resources-read-text': OWN_RESOURCES,
  'resources-read-binary': OWN_RESOURCES,
  'resources-templates-read': OWN_RESOURCES,
  'resources-subscribe': NOT_DECLARED,
  'resources-unsubscribe': NOT_DECLARED,
  'prompts-get-simple': OWN_PROMPTS,
  'prompts-get-with-args': OWN_PROMPTS,
  'prompts-get-embedded-resource': OWN_PROMPTS,
  'prompts-get-with-image': OWN_PROMPTS,
};

/** What the inspector is asked to do, and what its answer has to hold. */
export const INSPECTED: readonly { readonly words: readonly string[]; readonly holds: string }[] = [
  { words: ['--method', 'tools/list', '--strict'], holds: '"preview_change"' },
  { words: ['--method', 'tools/call', '--tool-name', 'list_servers'], holds: '"structuredContent"' },
  { words: ['--method', 'resources/list'], holds: '"installer://servers"' },
  { words: ['--method', 'resources/templates/list'], holds: '"installer://clients/{client}"' },
  { words: ['--method', 'resources/read', '--uri', 'installer://servers'], holds: '"contents"' },
  { words: ['--method', 'resources/read', '--uri', 'installer://clients/cursor'], holds: '"contents"' },
  { words: ['--method', 'prompts/list'], holds: '"copy_server"' },
  {
    words: ['--method', 'prompts/get', '--prompt-name', 'copy_server', '--prompt-args', 'name=docs', 'client=zed'],
    holds: '"messages"',
  },
];

export interface Scenario {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
}

/** The lines of the suite's summary. */
export const scenariosIn = (text: string): Scenario[] =>
  [...text.matchAll(/^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed/gm)].map(([, name = '', passed, failed]) => ({
    name,
    passed: Number(passed),
    failed: Number(failed),
  }));

/** The suite's own file of scenarios that are expected to fail. */
export const baseline = (): string =>
  `server:\n${Object.keys(NOT_FOR_US)
    .map((name) => `  - ${name}\n`)
    .join('')}`;

/** What a run has to have been: every scenario that is a demand on us passed, and there were some. */
export const passedAll = (scenarios: readonly Scenario[]): boolean =>
  scenarios.some(({ name }) => NOT_FOR_US[name] === undefined) &&
  scenarios.every(({ name, failed }) => failed === 0 || NOT_FOR_US[name] !== undefined);
