#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for TypeScript sources can still say so.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `mcp-audit-verify needs Node 22.18 or newer; this is ${process.versions.node}. Start it with a newer node.\n`,
  );
  process.exit(78);
}
await import('../src/main.ts');
