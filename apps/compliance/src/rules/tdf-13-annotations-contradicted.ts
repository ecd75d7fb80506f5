import type { ToolDefinition } from '@mcp-coordinator/contract/inventory.contract';
import { verbs } from '../text/inflect.ts';
import { nameWords } from '../text/name-words.ts';
import { normaliseText } from '../text/normalise-text.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

const DESTROYS = verbs('delete remove drop erase destroy wipe purge truncate uninstall terminate revoke overwrite', '');
const CHANGES = new Set([
  ...DESTROYS,
  ...verbs(
    'write create update insert edit modify rename move send post publish upload deploy install execute merge commit push transfer pay cancel approve kill stop restart reset replace',
    'wrote sent',
  ),
]);
/** A tool that tells about changes does not make them: `get_update_history`, `list_deleted`. */
const READS = verbs(
  'get list read search find show view describe fetch query check count inspect preview validate explain lookup browse compare summarize',
  'is has',
);

export const annotationsContradicted: Rule = {
  id: 'TDF-13',
  issue: 'annotations_contradicted',
  severity: 'high',
  title: 'The tool does what its annotations deny',
  meaning:
    'Clients let tools that claim to read, or to destroy nothing, run without asking. This one claims it and says something else in its own words.',
  fix: {
    text: 'Let the client ask for this tool whatever it claims, and ask its author to correct the annotations.',
    actionable: false,
  },
  references: [OWASP.poisoning, OWASP.scope, 'CWE-451'],
  check({ server: { definitions } }) {
    if (definitions.status !== 'captured') return CLEAN;
    return found(definitions.tools.slice(0, 5000).flatMap((tool) => judgeTool(tool) ?? []));
  },
};

function judgeTool(tool: ToolDefinition): Hit | undefined {
  const { readOnlyHint, destructiveHint } = tool.annotations ?? {};
  const says = verbOf(tool);
  if (says === undefined) return undefined;
  if (readOnlyHint === true && CHANGES.has(says)) {
    return {
      location: { tool: tool.name, field: 'annotations.readOnlyHint' },
      evidence: `says it only reads, and “${says}”: ${tool.description ?? tool.name}`,
    };
  }
  if (destructiveHint === false && readOnlyHint !== true && DESTROYS.has(says)) {
    return {
      location: { tool: tool.name, field: 'annotations.destructiveHint' },
      evidence: `says it destroys nothing, and “${says}”: ${tool.description ?? tool.name}`,
      severity: 'medium',
    };
  }
  return undefined;
}

/** The verb that the name begins with and the description does not take back; else the description's own first word. */
function verbOf({ name, description }: ToolDefinition): string | undefined {
  const named = nameWords(name).find((word) => CHANGES.has(word) || READS.has(word));
  const first = normaliseText((description ?? '').slice(0, 200))
    .split(/[^a-z]+/)
    .find((word) => word !== '');
  if (named !== undefined)
    return CHANGES.has(named) && (first === undefined || !READS.has(first))
      ? named
      : first !== undefined && DESTROYS.has(first)
        ? first
        : undefined;
  return first !== undefined && CHANGES.has(first) ? first : undefined;
}
