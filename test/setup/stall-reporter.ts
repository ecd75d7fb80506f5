import type { Reporter, TestModule } from 'vitest/node';

/** Longer than any time limit of a test or hook: those act first wherever they can. */
const SILENCE_SECONDS_MAX = 360;

/**
 * Ends a run in which nothing happens any more, and names the files that were running.
 *
 * A worker that blocks in synchronous code never notices that the time of its test is up; only its parent can.
 */
export class StallReporter implements Reporter {
  readonly #running = new Set<string>();
  readonly #secondsMax: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(secondsMax = SILENCE_SECONDS_MAX) {
    this.#secondsMax = secondsMax;
  }

  onTestModuleStart(module: TestModule): void {
    this.#running.add(module.relativeModuleId);
    this.#restart();
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module.relativeModuleId);
    this.#restart();
  }

  onTestCaseReady(): void {
    this.#restart();
  }

  onTestCaseResult(): void {
    this.#restart();
  }

  onTestRunEnd(): void {
    clearTimeout(this.#timer);
  }

  #restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(), this.#secondsMax * 1000).unref();
  }

  #giveUp(): void {
    const files = [...this.#running].join(', ') || 'no file';
    process.stderr.write(`\nNothing happened for ${this.#secondsMax} s; the run is ended. Running: ${files}\n`);
    // vitest's own watchdog kills the workers when this process is gone.
    process.exit(1);
  }
}
