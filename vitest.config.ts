import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Every test of the service starts two threads, and tests of the command line a process each: what
// they compile is kept, by the text it was compiled from.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled')

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Upstreams, sessions and files are real; two workers suit the two cores of a small machine.
    maxWorkers: 2,
    reporters: ['default', './tests/support/count-reporter.ts'],
  },
})
