import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run screenshots`: no test, but it needs the same running system, browser and people as the tests of the page. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/screenshots/take-screenshots.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
