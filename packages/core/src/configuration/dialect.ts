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
  /** What the member holds once it no longer says so; without it the member goes. */
  readonly rest?: unknown;
}

export type Written =
  | { readonly ok: true; readonly entry: Record<string, unknown> }
  | { readonly ok: false; readonly reason: string };

/** How one client writes down MCP servers. Adding a client is adding one of these. */
export interface Dialect {
  readonly client: ClientId;
  /** The member that holds the servers by name. */
  readonly root: readonly string[];
  /** Further members that decide how servers run; part of the section whose hash is approved. */
  readonly companions: readonly (readonly string[])[];
  /** False for a member of the root that is no server one could start or reach: a client's own extension, say. */
  readonly holds?: (entry: unknown) => boolean;
  /** The client finds out by itself which remote transport a URL speaks. */
  readonly negotiates?: true;
  /** Understands any JSON value; `name` and `document` are there for what a client keeps beside the entry. */
  read(entry: unknown, name: string, document: unknown): Reading;
  /** The entry a launch becomes in this document, or the reason why this client cannot hold it. */
  write(launch: Launch, document?: unknown, name?: string): Written;
  /** The client's own way to refer to an environment variable, or null where it resolves none. */
  reference(variable: string): string | null;
  autoApprovals(entry: unknown, name: string, document: unknown, root: readonly string[]): AutoApproval[];
}
