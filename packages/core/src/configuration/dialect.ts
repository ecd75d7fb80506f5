import type { ClientId, Launch } from '@mcp-coordinator/contract/inventory.contract';

/** What a client would make of an entry, and what in it the client will not understand or will misread (CFG-08). */
export interface Reading {
  readonly launch: Launch;
  readonly misread: readonly string[];
}

/** Tools that run without asking, and the member of the document that says so. */
export interface AutoApproval {
  readonly path: readonly string[];
  readonly tools: readonly string[];
}

/** How one client writes down MCP servers. Adding a client is adding one of these. */
export interface Dialect {
  readonly client: ClientId;
  /** The member that holds the servers by name. */
  readonly root: readonly string[];
  /** Further members that decide how servers run; part of the section whose hash is approved. */
  readonly companions: readonly (readonly string[])[];
  /** Understands any JSON value; `name` and `document` are there for what a client keeps beside the entry. */
  read(entry: unknown, name: string, document: unknown): Reading;
  /** The entry a launch becomes, or the reason why this client cannot hold it. */
  write(
    launch: Launch,
  ): { readonly ok: true; readonly entry: Record<string, unknown> } | { readonly ok: false; readonly reason: string };
  /** The client's own way to refer to an environment variable, or null where it resolves none. */
  reference(variable: string): string | null;
  autoApprovals(entry: unknown, name: string, document: unknown, root: readonly string[]): AutoApproval[];
}
