/** What was opened, to be closed in reverse order: at a stop, or when the start fails half way. */
function createClosing() {
  const steps: (() => unknown)[] = [];
  let begun = false;
  return {
    hasBegun: (): boolean => begun,
    add: (close: () => unknown): void => void steps.push(close),
    /** Goes on after a step that fails, and fails with the first of them in the end. */
    closeAll: async (): Promise<void> => {
      begun = true;
      const failures: unknown[] = [];
      for (let close = steps.pop(); close; close = steps.pop()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new Error('not everything could be closed', { cause: failures[0] });
    },
  };
}
export type Closing = ReturnType<typeof createClosing>;

/** Does the work, and closes what it opened when it fails. */
export async function withClosing(work: (closing: Closing) => Promise<void>): Promise<void> {
  const closing = createClosing();
  try {
    await work(closing);
  } catch (error) {
    // A signal during the start takes away what the start stands on; the stop is what counts then.
    if (closing.hasBegun()) return;
    // The first failure is the one to tell of.
    await closing.closeAll().catch(() => undefined);
    throw error;
  }
}
