/** What the person who probes allows. */
export interface ProbeOptions {
  readonly network: boolean;
  readonly unsandboxed: boolean;
  /** Reach addresses of this machine and of private networks. */
  readonly allowPrivate: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}
