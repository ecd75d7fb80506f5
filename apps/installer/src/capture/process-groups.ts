/** Groups of processes that we started and that are not known to be gone. */
const groups = new Set<number>();

export const rememberGroup = (leader: number): void => {
  groups.add(leader);
};

/** Ends a whole group: the leader's own end says nothing of its children. */
export function killGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // ESRCH: all of it is gone. EPERM: it runs as someone else now (a setuid child); nothing more can be done.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  if (signal === 'SIGKILL') groups.delete(leader);
}

/** For the exit of this process: nothing that it started outlives it. */
export function killAllGroups(): void {
  for (const leader of groups) killGroup(leader, 'SIGKILL');
}
