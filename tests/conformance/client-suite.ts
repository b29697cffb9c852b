import { SIGN_IN } from './expected.ts'
import { differences, withStatus } from './results.ts'
import type { Report } from './server-legs.ts'
import { here, runSuite, type SuiteRun } from './suite.ts'

/** What `core` has beside signing in. */
const CORE = ['elicitation-sep1034-client-defaults', 'initialize', 'sse-retry', 'tools_call']

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

/** Scenarios of which something passed and nothing failed: one that never began did not pass. */
function passedIn({ checks }: SuiteRun): string[] {
  const scenariosWith = (status: string) =>
    withStatus(checks, status).map((one) => one.split(': ')[0]!)
  const failed = new Set(scenariosWith('FAILURE'))
  return [...new Set(scenariosWith('SUCCESS'))].filter((scenario) => !failed.has(scenario))
}

async function runAlone(scenario: string): Promise<{ isFine: boolean; output: string }> {
  const run = await runSuite('conformance-2026', [...CLIENT, '--scenario', scenario])
  const output = run.output.replace(/^/gm, '    ')
  return { isFine: passedIn(run).includes(scenario), output }
}

/** Lets the suite be the upstream: all of `core`, where only signing in may fail. */
export async function runCore(verbose: boolean): Promise<Report> {
  // The suite starts all of its scenarios at once, each with a Facet of its own.
  const options = ['--suite', 'core', '--timeout', '240000']
  const run = await runSuite('conformance-2026', [...CLIENT, ...options])
  const lines = ['As the client of an upstream, suite core']
  const passed = passedIn(run)
  for (const scenario of CORE.filter((one) => !passed.includes(one))) {
    // In that crowd a check of times can fail on a busy machine: it is right if it passes alone.
    lines.push(`  ${scenario}: failed among the others, run again alone`)
    if ((await runAlone(scenario)).isFine) passed.push(scenario)
  }
  const all = [...new Set([...CORE, ...run.checks.map(({ scenario }) => scenario)])]
  const failed = all.filter((scenario) => !passed.includes(scenario))
  const wrong = differences(failed, SIGN_IN)
  lines.push(`  ${passed.length} scenarios pass: ${passed.sort().join(', ')}`)
  lines.push(`  ${failed.length} fail; expected of the ${SIGN_IN.length} that sign in with OAuth`)
  lines.push(...wrong.map((line) => `    ${line}`))
  if (verbose || wrong.length > 0) lines.push(run.output.replace(/^/gm, '    '))
  return { lines, isGood: wrong.length === 0 }
}

export async function runMore(verbose: boolean): Promise<Report> {
  const lines = ['As the client of an upstream, further scenarios']
  let isGood = true
  for (const scenario of MORE) {
    const { isFine, output } = await runAlone(scenario)
    isGood &&= isFine
    lines.push(`  ${scenario}: ${isFine ? 'passes' : 'fails'}`)
    if (verbose || !isFine) lines.push(output)
  }
  return { lines, isGood }
}
