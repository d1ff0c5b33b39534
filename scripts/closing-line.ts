import type { Reporter, TestModule } from "vitest/node"

/** Ends a test run with one plain line of counts, `12 passed, 0 failed, 1 skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0
    let skipped = 0
    // An error outside a test, or a file that does not load, fails the run too.
    let failed = errors.length
    for (const module of modules) {
      failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === "passed") passed++
        else if (state === "failed") failed++
        else skipped++
      }
    }
    // After the other reporters' summaries.
    process.once("exit", () =>
      console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`),
    )
  }
}
