/** Remembered for each file: enough for a change and its undoing, several times over. */
const REMEMBERED_MAX = 16;

/** The states this process gave to files: by real path, the hashes of the bytes. */
export class OwnWrites {
  readonly #hashes = new Map<string, string[]>();

  /** Called before the write, so that whoever watches never sees a write that is not noted yet. */
  note(realPath: string, hash: string): void {
    const known = this.#hashes.get(realPath) ?? [];
    this.#hashes.set(realPath, [...known.filter((other) => other !== hash), hash].slice(-REMEMBERED_MAX));
  }

  has(realPath: string, hash: string): boolean {
    return this.#hashes.get(realPath)?.includes(hash) === true;
  }
}
