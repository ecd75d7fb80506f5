/** What the system says when a file cannot be written, in a person's words. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it lies on a file system that is only read',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is used up",
  EFBIG: 'it would become larger than this process may write',
  EIO: 'the disk reports an error',
  ENAMETOOLONG: 'its name is too long',
  ENOTDIR: 'a part of its path is no folder',
  EMFILE: 'too many files are open',
};

/** Why a file could not be written, or null for an error that speaks of something else. */
export function writeProblem(error: unknown): string | null {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && Object.hasOwn(WORDS, code) ? (WORDS[code] ?? null) : null;
}
