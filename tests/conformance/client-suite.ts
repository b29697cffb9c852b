import { withStatus } from './results.ts'
import type { Report } from './server-legs.ts'
import { here, runSuite, type SuiteRun } from './suite.ts'

/** What `core` has, so that a scenario that never began is missed. */
const CORE = [
  'elicitation-sep1034-client-defaults',
  'initialize',
  'sse-retry',
  'tools_call',
  'auth/metadata-default',
  'auth/metadata-var1',
  'auth/metadata-var2',
  'auth/metadata-var3',
  'auth/basic-cimd',
  'auth/scope-from-www-authenticate',
  'auth/scope-from-scopes-supported',
  'auth/scope-omitted-when-undefined',
  'auth/scope-step-up',
  'auth/scope-retry-limit',
  'auth/token-endpoint-auth-basic',
  'auth/token-endpoint-auth-post',
  'auth/token-endpoint-auth-none',
  'auth/pre-registration',
]

/** Scenarios for clients outside of the suite `core` that are about what Facet does. */
const MORE = [
  'request-metadata',
  'sep-2322-client-request-state',
  'http-standard-headers',
  'http-custom-headers',
  'http-invalid-tool-headers',
  'json-schema-ref-no-deref',
  'json-schema-2020-12-preservation',
  'auth/client-credentials-basic',
  'auth/client-credentials-jwt',
  'auth/authorization-server-migration',
  'auth/iss-supported',
  'auth/iss-not-advertised',
  'auth/iss-supported-missing',
  'auth/iss-wrong-issuer',
  'auth/iss-unexpected',
  'auth/iss-normalized',
  'auth/metadata-issuer-mismatch',
  'auth/resource-mismatch',
  'auth/offline-access-scope',
  'auth/offline-access-not-supported',
  'auth/2025-03-26-oauth-metadata-backcompat',
  'auth/2025-03-26-oauth-endpoint-fallback',
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

/** Lets the suite be the upstream: all of `core`. */
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
  lines.push(`  ${passed.length} scenarios pass: ${passed.sort().join(', ')}`)
  lines.push(`  ${failed.length} fail${failed.map((one) => `, ${one}`).join('')}`)
  if (verbose || failed.length > 0) lines.push(run.output.replace(/^/gm, '    '))
  return { lines, isGood: failed.length === 0 }
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
