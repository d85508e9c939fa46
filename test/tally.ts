import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

const count = (tests: Iterable<TestCase>, state: 'passed' | 'failed' | 'skipped'): number =>
  [...tests].filter((test) => test.result().state === state).length;

/** A file or suite that cannot be loaded, and an error outside every test, count as one failure each: nothing broken reads as green. */
const brokenIn = (module: TestModule): number =>
  module.errors().length + [...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length;

/** `12 passed, 0 failed`, and `, 1 skipped` where some were. */
function tally(modules: readonly TestModule[], outside: readonly SerializedError[]): string {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const failed = count(tests, 'failed') + modules.map(brokenIn).reduce((sum, n) => sum + n, 0) + outside.length;
  const skipped = count(tests, 'skipped');
  return `${count(tests, 'passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Ends the output with the tally alone on a line, for any CI to read. */
export class Tally implements Reporter {
  #line: string | undefined;

  onInit(): void {
    // Written when the process exits, since other reporters write after the run has ended.
    process.once('exit', () => {
      if (this.#line) process.stdout.write(`${this.#line}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], outside: readonly SerializedError[]): void {
    this.#line = tally(modules, outside);
  }
}
