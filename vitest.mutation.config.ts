import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests that Stryker judges: those beside what it mutates, in one project and without our reporters. */
export default defineConfig({
  resolve: {
    // Into the copy that is mutated, and not through node_modules to the original.
    alias: [
      {
        find: /^@mcp-coordinator\/(contract|core)\//,
        replacement: fileURLToPath(new URL('./packages/$1/src/', import.meta.url)),
      },
    ],
  },
  test: {
    include: [
      'packages/core/src/{approvals,remediations,executions,digests,auth}/**/*.test.ts',
      'packages/core/src/*.test.ts',
      'packages/contract/src/permissions.test.ts',
      'packages/client/src/agent/{grant-verifier,action-journal}.test.ts',
    ],
    testTimeout: 20_000,
  },
});
