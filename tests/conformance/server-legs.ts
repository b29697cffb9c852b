import { pino } from 'pino'
import { settingsSchema } from '../../src/config/settings.ts'
import { createFacet } from '../../src/main.ts'
import type { SourceInput } from '../../src/sources/definition.ts'
import { type Expected, NOTHING, OLD_UPSTREAM, UNSCORED } from './expected.ts'
import { differences, withStatus } from './results.ts'
import { here, runSuite } from './suite.ts'
import { serveHttp } from './upstream/http.ts'

/** The suites that judge the server at `/dynamic/<id>/mcp`. */
const SUITES = [
  {
    title: 'requirements of 2026-07-28',
    package: 'conformance-2026',
    options: ['--requirements', '2026-07-28'],
    current: true,
  },
  {
    title: 'requirements of 2025-11-25',
    package: 'conformance-2026',
    options: ['--requirements', '2025-11-25'],
    current: false,
  },
  {
    title: 'stable line, active suite',
    package: '@modelcontextprotocol/conformance',
    options: ['--suite', 'active'],
    current: false,
  },
]

/** One upstream behind the server. */
export interface Leg {
  readonly title: string
  readonly source: () => Promise<Upstream>
  /** What a current client cannot have over it. */
  readonly expected: Expected
}

interface Upstream {
  readonly source: Pick<SourceInput, 'transport'> & Partial<SourceInput>
  readonly stop?: () => Promise<void>
}

const stdio = (...args: string[]) => ({
  type: 'stdio' as const,
  command: process.execPath,
  args: [here('upstream/stdio.ts'), ...args],
})

async function http(eras: 'both' | 'legacy'): Promise<Upstream> {
  const { url, close } = await serveHttp(eras)
  return { source: { transport: { type: 'http', url } }, stop: close }
}

export const CURRENT: readonly Leg[] = [
  {
    title: 'over stdio',
    source: async () => ({ source: { transport: stdio() } }),
    expected: NOTHING,
  },
  { title: 'over HTTP', source: () => http('both'), expected: NOTHING },
]

export const OLD: readonly Leg[] = [
  {
    title: 'over stdio, from before 2026-07-28, one process for each client',
    source: async () => ({
      source: { transport: stdio('--legacy'), connection: 'per_client' },
    }),
    expected: OLD_UPSTREAM,
  },
  {
    title: 'over HTTP, from before 2026-07-28',
    source: () => http('legacy'),
    expected: OLD_UPSTREAM,
  },
]

/** A Facet with the fixture behind the dynamic server `everything`. */
async function facetOver(source: Upstream['source']) {
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
  for (let waited = 0; waited < 1_200; waited++) {
    const source = await (await fetch(`${url}/sources/fixture`)).json()
    if ((source as { status: { state: string } }).status.state === 'up') break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const rules = ['tool', 'prompt', 'resource', 'resource_template'].map((type) => ({
    type,
    filter: 'source == "fixture"',
    include_federated: true,
  }))
  const created = await fetch(`${url}/dynamic`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'everything', name: 'everything', status: 'active', rules }),
  })
  if (created.status !== 201) throw new Error(await created.text())
  return { facet, endpoint: `${url}/dynamic/everything/mcp` }
}

export interface Report {
  readonly lines: readonly string[]
  readonly isGood: boolean
}

/** Runs every suite over one upstream. */
export async function runLeg(leg: Leg, verbose: boolean): Promise<Report> {
  const { source, stop } = await leg.source()
  const { facet, endpoint } = await facetOver(source)
  const lines = [`Upstream ${leg.title}`]
  let isGood = true
  for (const suite of SUITES) {
    const run = await runSuite(suite.package, ['server', '--url', endpoint, ...suite.options])
    const scored = run.checks.filter(({ scenario }) => !UNSCORED.test(scenario))
    const expected = Object.entries(suite.current ? leg.expected : NOTHING)
    const wrong = differences(
      withStatus(scored, 'FAILURE'),
      expected.flatMap(([scenario, ids]) => ids.map((id) => `${scenario}: ${id}`)),
    )
    if (!scored.some(({ status }) => status === 'SUCCESS')) wrong.push('no check passed')
    if (!/^\d/.test(run.total)) wrong.push('the suite did not finish')
    isGood &&= wrong.length === 0
    lines.push(`  ${suite.title}: ${run.total}`, ...wrong.map((line) => `    ${line}`))
    if (verbose || wrong.length > 0) lines.push(run.output.replace(/^/gm, '    '))
  }
  await facet.close()
  await stop?.()
  return { lines, isGood }
}
