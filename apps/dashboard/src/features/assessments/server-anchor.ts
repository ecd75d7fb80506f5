/** The place of a server's results on the page of a run, as the fragment of its address. */
export const serverAnchor = (key: string): string => `server-${key.replace(/[^A-Za-z0-9_-]+/g, '-')}`;
