const encoded = (path: string): string => path.toWellFormed().split('/').map(encodeURIComponent).join('/');

/**
 * The URI of a path as an installer reported it, from whichever system that was (RFC 8089); what is not absolute becomes a
 * relative reference.
 */
export function fileUri(path: string): string {
  if (/^[A-Za-z]:[\\/]/.test(path)) return `file:///${path.slice(0, 2)}${encoded(path.slice(2).replaceAll('\\', '/'))}`;
  if (path.startsWith('\\\\')) return `file:${encoded(path.replaceAll('\\', '/'))}`;
  return path.startsWith('/') ? `file://${encoded(path)}` : encoded(path);
}
