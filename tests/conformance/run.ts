/**
 * Runs both lines of the official conformance suite against a dynamic server whose entries all
 * come from the fixture upstream of this folder, and the client scenarios against a Facet whose
 * upstream is the suite: `npm run conformance`. With `-- --verbose` it
 * prints what the suites print. Exits with 1 when a run finds a failure that the list of expected
 * ones does not name, or when a scenario on that list passes.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { settingsSchema } from '../../src/config/settings.ts'
import { createFacet } from '../../src/main.ts'
import type { SourceInput } from '../../src/sources/definition.ts'
import { serveHttp } from './upstream/http.ts'

interface Suite {
  readonly title: string
  readonly package: string
  readonly options: readonly string[]
}

const SUITES: readonly Suite[] = [
  {
    title: 'requirements of 2026-07-28',
    package: 'conformance-2026',
    options: ['--requirements', '2026-07-28'],
  },
  {
    title: 'requirements of 2025-11-25',
    package: 'conformance-2026',
    options: ['--requirements', '2025-11-25'],
  },
  {
    title: 'stable line, active suite',
    package: '@modelcontextprotocol/conformance',
    options: ['--suite', 'active'],
  },
]

interface Leg {
  readonly title: string
  readonly source: Pick<SourceInput, 'transport'> & Partial<SourceInput>
  readonly expected: string
}

/** What a client of a server has to get right, but for signing in: Facet does that with headers. */
const CLIENT_SCENARIOS = [
  'initialize',
  'tools_call',
  'elicitation-sep1034-client-defaults',
  'sse-retry',
  'request-metadata',
  'sep-2322-client-request-state',
  'http-standard-headers',
  'http-custom-headers',
  'http-invalid-tool-headers',
  'json-schema-ref-no-deref',
  'json-schema-2020-12-preservation',
]

const verbose = process.argv.includes('--verbose')

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

function run(suite: string, args: readonly string[]): Promise<{ output: string; code: number }> {
  const main = here(`../../node_modules/${suite}/dist/index.js`)
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ output, code: code ?? 1 })))
}

function runSuite(suite: Suite, url: string, expected: string) {
  const baseline = ['--expected-failures', here(expected)]
  return run(suite.package, ['server', '--url', url, ...suite.options, ...baseline])
}

function runClient(scenario: string) {
  const command = `${process.execPath} ${here('client.ts')}`
  return run('conformance-2026', ['client', '--command', command, '--scenario', scenario])
}

async function facetOver(source: Leg['source']) {
  const facet = await createFacet({
    settings: settingsSchema.parse({
      database: ':memory:',
      rules: here('no-rules'),
      port: 0,
      sources: [{ id: 'fixture', ...source }],
    }),
    environment: process.env,
    logger: pino({ level: 'silent' }),
  })
  const { url } = await facet.listen()
  for (let waited = 0; waited < 200; waited++) {
    const source = await (await fetch(`${url}/sources/fixture`)).json()
    if ((source as { status: { state: string } }).status.state === 'up') break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { facet, endpoint: `${url}/mcp` }
}

function summary(output: string): string {
  const lines = output.split('\n')
  const total = lines.findLast((line) => /^Total:/.test(line)) ?? 'no total'
  return total.replace(/^Total:\s*/, '')
}

const modern = await serveHttp('both')
const legacy = await serveHttp('legacy')
const stdio = (...args: string[]) => ({
  type: 'stdio' as const,
  command: process.execPath,
  args: [here('upstream/stdio.ts'), ...args],
})
const NONE = 'expected-failures.yaml'
const OLD = 'expected-failures-old-upstream.yaml'
const LEGS: readonly Leg[] = [
  { title: 'over stdio', source: { transport: stdio() }, expected: NONE },
  {
    title: 'over HTTP',
    source: { transport: { type: 'http', url: modern.url } },
    expected: NONE,
  },
  {
    title: 'over stdio, from before 2026-07-28, one process for each client',
    source: { transport: stdio('--legacy'), connection: 'per_client' },
    expected: OLD,
  },
  {
    title: 'over HTTP, from before 2026-07-28',
    source: { transport: { type: 'http', url: legacy.url } },
    expected: OLD,
  },
]

let failed = false
for (const { title, source, expected } of LEGS) {
  console.log(`Upstream ${title}`)
  const { facet, endpoint } = await facetOver(source)
  for (const suite of SUITES) {
    const { output, code } = await runSuite(suite, endpoint, expected)
    failed ||= code !== 0
    console.log(`  ${suite.title}: ${summary(output)}${code === 0 ? '' : ' (unexpected)'}`)
    if (verbose || code !== 0) console.log(output.replace(/^/gm, '    '))
  }
  await facet.close()
}
console.log('As the client of an upstream')
for (const scenario of CLIENT_SCENARIOS) {
  const { output, code } = await runClient(scenario)
  failed ||= code !== 0
  console.log(`  ${scenario}: ${code === 0 ? 'passed' : 'failed (unexpected)'}`)
  if (verbose || code !== 0) console.log(output.replace(/^/gm, '    '))
}
await Promise.all([modern.close(), legacy.close()])
process.exit(failed ? 1 : 0)
