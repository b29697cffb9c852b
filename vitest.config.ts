import { defineConfig } from 'vitest/config'

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
