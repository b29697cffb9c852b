import { describe, expect, it } from 'vitest'
import { RIGHTS, ROLE_RIGHTS } from '../../src/access/rights.ts'
import { ERRORS } from '../../src/errors/catalogue.ts'
import { runExamples } from '../support/docs.ts'
import { startFacet } from '../support/facet.ts'
import { codeIn, Page } from './page.ts'

const PAGE = 'docs/reference/http-api.md'
const page = new Page(PAGE)

interface Route {
  readonly query: readonly string[]
  readonly answers: string
  readonly errors: readonly string[]
}

/** `GET /tools` and the addresses after it that share its method. */
function routesIn(cell: string): string[] {
  let method = ''
  return codeIn(cell).map((code) => {
    const [first, second] = code.split(' ') as [string, string?]
    if (second === undefined) return `${method} ${first}`
    method = first
    return code
  })
}

function documented(...headings: string[]): Map<string, Route> {
  const routes = headings.flatMap((heading) =>
    page.table(heading).flatMap(([cell, , query = '', answers = '', errors = '']) => {
      const route = { query: codeIn(query).sort(), answers, errors: codeIn(errors).sort() }
      return routesIn(cell!).map((name) => [name, route] as const)
    }),
  )
  expect(new Set(routes.map(([name]) => name)).size).toBe(routes.length)
  return new Map(routes)
}

const rest = documented(
  'Entries',
  'Tags',
  'Sources',
  'Dynamic servers',
  'What a server shows',
  'Preview',
  'Explain',
  'Review',
  'Versions',
  'Selection',
  'Users',
  'Filters',
  'Policies',
  'Guards',
  'Events',
  'Operations',
)

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[]
  readonly responses: Readonly<Record<string, { readonly description: string; content?: object }>>
}

async function described(): Promise<Map<string, Operation>> {
  const { ok } = await startFacet()
  const { paths } = await ok<{ paths: Record<string, Record<string, Operation>> }>(
    'GET',
    '/openapi.json',
  )
  return new Map(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    ),
  )
}

describe(PAGE, () => {
  it('lists the routes of /openapi.json, all of them and no others', async () => {
    expect([...rest.keys()].sort()).toEqual([...(await described()).keys()].sort())
  })

  it('lists the query parameters of every route', async () => {
    for (const [name, { parameters = [] }] of await described()) {
      const query = parameters.filter((each) => each.in === 'query').map((each) => each.name)
      expect([name, rest.get(name)?.query]).toEqual([name, query.sort()])
    }
  })

  it('says what the parameters of lists mean, each of them', () => {
    const section = page.text.slice(page.text.indexOf('The lists take these'))
    const rows = [...section.matchAll(/^\| `(\w+)` \|/gm)].map((row) => row[1]!)
    expect(rows.sort()).toEqual(rest.get('GET /tools')!.query)
  })

  it('says with which status every route answers', async () => {
    for (const [name, { responses }] of await described()) {
      const success = Object.keys(responses).filter((status) => /^[23]/.test(status))
      expect([name, rest.get(name)?.answers]).toEqual([name, success.join(' ')])
    }
  })

  it('lists the error codes of every route', async () => {
    for (const [name, { responses }] of await described()) {
      const problems = Object.values(responses).filter(
        ({ content }) => content && 'application/problem+json' in content,
      )
      const codes = problems.flatMap(({ description }) => description.split(', '))
      expect([name, rest.get(name)?.errors]).toEqual([name, expect.arrayContaining(codes)])
    }
    for (const { errors } of rest.values())
      for (const code of errors) expect(ERRORS).toHaveProperty(code)
  })

  it('says which roles have which right', () => {
    const start = page.text.indexOf('| right | lets in |')
    const rows = [...page.text.slice(start).matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)].slice(0, 5)
    const written = rows.map(([, right, roles]) => [right, codeIn(roles!)])
    const known = RIGHTS.slice(1).map((right) => [
      right,
      right === 'self'
        ? []
        : Object.keys(ROLE_RIGHTS).filter((role) => ROLE_RIGHTS[role]!.includes(right)),
    ])
    expect(written).toEqual(known)
  })

  it('lists what any route can answer, with the status of each', () => {
    for (const [codes, statuses] of page.table('Conventions')) {
      const expected = codeIn(codes!).map((code) => ERRORS[code as keyof typeof ERRORS]?.status)
      expect([codes, statuses]).toEqual([codes, [...new Set(expected)].join(', ')])
    }
  })

  it('lists the addresses that are no REST, and no others', async () => {
    const { facet } = await startFacet()
    const served = facet.app.routes
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
      .filter((name) => !rest.has(name) && !name.endsWith('/*'))
      .map((name) => name.replace(/^GET \/(docs|admin)\/.*/, 'GET /$1'))
    const listed = [...documented('MCP endpoints', 'Description').keys()].map((name) =>
      name.replace(/^\w+ (.*\/mcp)$/, 'ALL $1'),
    )
    expect([...new Set(listed)].sort()).toEqual([...new Set(served)].sort())
  })

  it('has examples that run as they are written', async () => {
    const { url } = await startFacet({ listen: true })
    expect(await runExamples(PAGE, url)).toBeGreaterThan(3)
  })
})
