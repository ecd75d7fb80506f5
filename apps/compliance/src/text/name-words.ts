/** The words of a name: `sendEmail_v2` is send, email, v2. */
export const nameWords = (name: string): string[] =>
  name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
