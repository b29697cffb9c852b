import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One thing that a suite looked at. */
export interface Check {
  readonly scenario: string
  readonly id: string
  readonly status: string
}

/** The checks that a suite wrote below a folder, one file for each scenario. */
export function readChecks(folder: string): Check[] {
  return globSync('**/checks.json', { cwd: folder }).flatMap((file) => {
    const scenario = /^(?:server-)?(.+)-\d{4}-\d\d-\d\dT[^/]*\/checks\.json$/.exec(file)?.[1]
    if (!scenario) throw new Error(`Not the name of a scenario's results: ${file}`)
    const checks = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Check[]
    return checks.map(({ id, status }) => ({ scenario, id, status }))
  })
}

export function withStatus(checks: readonly Check[], status: string): string[] {
  const found = checks.filter((check) => check.status === status)
  return [...new Set(found.map(({ scenario, id }) => `${scenario}: ${id}`))].sort()
}

/** How what happened differs from what was expected, in lines to print. */
export function differences(happened: readonly string[], expected: readonly string[]): string[] {
  return [
    ...happened.filter((one) => !expected.includes(one)).map((one) => `not expected: ${one}`),
    ...expected.filter((one) => !happened.includes(one)).map((one) => `expected, passes: ${one}`),
  ]
}
