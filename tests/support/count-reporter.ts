import type { Reporter, TestModule } from 'vitest/node'

/** Ends the output with one line that a script can read: `N passed, N failed`. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0
    let failed = errors.length
    for (const testModule of modules) {
      failed += testModule.errors().length
      for (const test of testModule.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed++
        if (state === 'failed') failed++
      }
    }
    console.log(`${passed} passed, ${failed} failed`)
  }
}
