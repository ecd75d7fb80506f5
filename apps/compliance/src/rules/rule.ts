import type { Finding, Severity } from '@mcp-coordinator/contract/findings.contract';
import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import type { Fleet, FleetMember } from '../assessment/fleet.ts';
import type { Pin } from '../execution/compliance-state.ts';
import type { Knowledge } from '../knowledge/package-facts.ts';
import type { PackageReference } from '../launch/fetched-package.ts';
import type { ProbeReport } from '../probe/probe-report.ts';
import type { DefinitionText } from '../text/definition-text.ts';

/** What one rule found at one place. */
export interface Hit {
  /** `pointer` leads into the launch or the entry; the empty one is the entry itself. */
  readonly location: Finding['location'];
  /** In words a person can check; masked and made printable before it leaves. */
  readonly evidence: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  /** A weak sign, by name: it never weighs more than `low` alone; the number of different ones on a tool raises it. */
  readonly soft?: string;
  /** False where the rule's action does not fit this hit. */
  readonly actionable?: boolean;
}

/** What a rule made of a server: what it found, and what it could not determine, each with the reason. */
export interface Judgement {
  readonly hits: readonly Hit[];
  readonly unknowns: readonly string[];
}

/** One server under assessment with everything a rule may look at. Nothing here starts or reaches anything. */
export interface Subject {
  readonly key: string;
  readonly server: InventoryServer;
  readonly file: AssessedServer['file'];
  /** The text of the captured definitions; undefined when none were captured. */
  readonly text: DefinitionText | undefined;
  readonly package: PackageReference | undefined;
  readonly fleet: Fleet;
  /** This server among those it is configured together with. */
  readonly member: FleetMember;
  readonly protectedPaths: readonly string[];
  readonly pin: Pin | undefined;
  readonly own: AssessedServer['own'];
  readonly drift: AssessedServer['drift'];
  /** What registries said; undefined when none was asked. */
  readonly knowledge: Knowledge | undefined;
  /** What starting it showed; undefined when it was not started. */
  readonly probe: ProbeReport | undefined;
  /** What the coordinator knows of it besides; undefined when there is none. */
  readonly context: AssessedServer['context'];
  /** The approved inventory as globs; undefined when the organisation keeps none. */
  readonly inventory: readonly string[] | undefined;
  readonly approvals: { readonly maxAgeDays: number };
  readonly now: Date;
  /** False when nobody looked the command up on the machine (a file scanned elsewhere). */
  readonly commandLookedUp: boolean;
  /** False when the file does not show which client reads the entry: then its form is held against nobody. */
  readonly clientKnown: boolean;
}

/** One rule of RULES.md. Ids and issue codes are public and stable. */
export interface Rule {
  readonly id: string;
  readonly issue: string;
  readonly severity: Severity;
  readonly title: string;
  /** What it means for the reader. */
  readonly meaning: string;
  readonly fix: { readonly text: string; readonly actionable: boolean };
  readonly references: readonly string[];
  check(subject: Subject): Judgement;
}

export const CLEAN: Judgement = { hits: [], unknowns: [] };
export const found = (hits: readonly Hit[]): Judgement => (hits.length === 0 ? CLEAN : { hits, unknowns: [] });
export const undetermined = (reason: string): Judgement => ({ hits: [], unknowns: [reason] });
