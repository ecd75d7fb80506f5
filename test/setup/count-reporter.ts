import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the run with one line, `N passed, N failed`.
 *
 * A file that cannot be imported has no failed test, and an error outside of tests belongs to no file: each counts as
 * one failure, so that the line never says 0 when the run failed.
 */
export class CountReporter implements Reporter {
  #passed = 0;
  #failed = 0;
  #watching = false;

  onInit(vitest: { config: { watch: boolean } }): void {
    this.#watching = vitest.config.watch;
    process.once('exit', (code) => {
      if (this.#watching) return;
      const failed = code !== 0 && this.#failed === 0 ? 1 : this.#failed;
      // Written last and synchronously: other reporters, and teardowns, may still print after their own summary.
      process.stdout.write(`${this.#passed} passed, ${failed} failed\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state).length;
    const suiteErrors = modules.flatMap((module) => [
      ...module.errors(),
      ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
    ]);
    this.#passed = inState('passed');
    this.#failed = inState('failed') + suiteErrors.length + errors.length;
  }
}
