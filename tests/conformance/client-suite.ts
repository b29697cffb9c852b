import { SIGN_IN } from './expected.ts'
import { differences, withStatus } from './results.ts'
import type { Report } from './server-legs.ts'
import { here, runSuite, type SuiteRun } from './suite.ts'

/** Scenarios for clients outside of the suite `core` that are about what Facet does. */
const MORE = [
  'request-metadata',
  'sep-2322-client-request-state',
  'http-standard-headers',
  'http-custom-headers',
  'http-invalid-tool-headers',
  'json-schema-ref-no-deref',
  'json-schema-2020-12-preservation',
]

const CLIENT = ['client', '--command', `${process.execPath} ${here('client.ts')}`]

const scenariosOf = ({ checks }: SuiteRun) => new Set(checks.map(({ scenario }) => scenario))

async function failuresOf(scenario: string): Promise<{ failed: boolean; output: string }> {
  const run = await runSuite('conformance-2026', [...CLIENT, '--scenario', scenario])
  const passed = withStatus(run.checks, 'SUCCESS').length > 0
  return {
    failed: !passed || withStatus(run.checks, 'FAILURE').length > 0,
    output: run.output.replace(/^/gm, '    '),
  }
}

/** Lets the suite be the upstream: all of `core`, where only signing in may fail. */
export async function runCore(verbose: boolean): Promise<Report> {
  // The suite starts all of its scenarios at once, each with a Facet of its own.
  const options = ['--suite', 'core', '--timeout', '240000']
  const run = await runSuite('conformance-2026', [...CLIENT, ...options])
  const failed = new Set(withStatus(run.checks, 'FAILURE').map((one) => one.split(': ')[0]!))
  const lines = ['As the client of an upstream, suite core']
  for (const scenario of [...failed].filter((one) => !SIGN_IN.includes(one))) {
    // In that crowd a check of times can fail on a busy machine: it is right if it passes alone.
    lines.push(`  ${scenario}: failed among the others, run again alone`)
    if (!(await failuresOf(scenario)).failed) failed.delete(scenario)
  }
  const wrong = differences([...failed], SIGN_IN)
  const passed = [...scenariosOf(run)].filter((scenario) => !failed.has(scenario))
  if (passed.length === 0) wrong.push('no scenario passed')
  lines.push(`  ${passed.length} scenarios pass: ${passed.sort().join(', ')}`)
  lines.push(`  ${failed.size} fail, of which ${SIGN_IN.length} sign in with OAuth`)
  lines.push(...wrong.map((line) => `    ${line}`))
  if (verbose || wrong.length > 0) lines.push(run.output.replace(/^/gm, '    '))
  return { lines, isGood: wrong.length === 0 }
}

export async function runMore(verbose: boolean): Promise<Report> {
  const lines = ['As the client of an upstream, further scenarios']
  let isGood = true
  for (const scenario of MORE) {
    const { failed, output } = await failuresOf(scenario)
    isGood &&= !failed
    lines.push(`  ${scenario}: ${failed ? 'fails' : 'passes'}`)
    if (verbose || failed) lines.push(output)
  }
  return { lines, isGood }
}
