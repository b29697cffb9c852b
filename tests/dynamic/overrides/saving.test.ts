import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { server, tool } from '../../support/bodies.ts'
import { startFacet } from '../../support/facet.ts'
import { until } from '../../support/wait.ts'
import { ACME, type Json, MATCH, withOverrides } from './support.ts'

const RULE = { type: 'tool', filter: 'true' }

const REFUSED: [string, readonly object[], string][] = [
  ['says nothing', [{ match: 'a' }], 'overrides[0]'],
  ['says something unknown', [{ match: 'a', tags: ['x'] }], 'overrides[0]'],
  ['has a name that is none', [{ match: 'a', name: 'no spaces' }], 'overrides[0].name'],
  ['is about nothing', [{ match: { source: 'up' }, title: 'x' }], 'overrides[0].match.name'],
  [
    'tells a resource by name',
    [{ match: { type: 'resource', source: 'up', name: 'a' }, title: 'x' }],
    'overrides[0].match.uri',
  ],
  [
    'names a resource',
    [{ match: { type: 'resource', source: 'up', uri: 'a://b' }, name: 'x' }],
    'overrides[0].name',
  ],
  [
    'fixes an argument of a prompt',
    [{ match: { type: 'prompt', source: 'up', name: 'a' }, arguments: { a: { fixed: 'x' } } }],
    'overrides[0].arguments',
  ],
  [
    'fixes and hides',
    [{ match: 'a', arguments: { a: { fixed: 1, hidden: true } } }],
    'overrides[0].arguments.a',
  ],
  ['does neither', [{ match: 'a', arguments: { a: {} } }], 'overrides[0].arguments.a'],
  [
    'is there twice',
    [
      { match: 'a', title: 'x' },
      { match: 'a', title: 'y' },
    ],
    'overrides[1].match',
  ],
  [
    'gives a name a second time',
    [
      { match: 'a', name: 'x' },
      { match: 'b', name: 'x' },
    ],
    'overrides[1].name',
  ],
]

describe('an override', () => {
  it('is refused with the place of the mistake', async () => {
    const { api } = await startFacet()
    for (const [mistake, overrides, path] of REFUSED) {
      const answer = await api('POST', '/dynamic', server('s', RULE, { overrides }))
      const paths = answer.body.errors?.map((item: Json) => item.path)
      expect([mistake, answer.status, answer.body.code]).toEqual([mistake, 400, 'invalid_request'])
      expect([mistake, paths]).toEqual([mistake, expect.arrayContaining([path])])
    }
  })

  it('is refused when a value does not fit the argument there is', async () => {
    const { facet } = await withOverrides([])
    const refuse = async (args: object, path: string, message: string) => {
      const overrides = [{ match: MATCH, arguments: args }]
      const answer = await facet.api('PATCH', '/dynamic/o', { overrides })
      expect([answer.status, answer.body.errors]).toEqual([400, [{ path, message }]])
    }
    const of = 'For create_issue of up, '
    await refuse(
      { region: { fixed: 'mars' } },
      'overrides[0].arguments.region',
      `${of}the fixed value does not fit: region must be equal to one of the allowed values: eu, us.`,
    )
    await refuse(
      { repo: { fixed: 'NO' } },
      'overrides[0].arguments.repo',
      `${of}the fixed value does not fit: repo must match pattern "^[a-z]+/[a-z]+$".`,
    )
    await refuse(
      { branch: { fixed: 'main' } },
      'overrides[0].arguments.branch',
      `${of}there is no argument branch.`,
    )
    await refuse(
      { title: { hidden: true } },
      'overrides[0].arguments.title',
      `${of}the argument title is required, so it cannot be hidden.`,
    )
  })

  it('is refused when another is about the same entry in another way', async () => {
    const { facet } = await withOverrides([])
    const overrides = [
      { match: MATCH, title: 'x' },
      { match: 'create_issue', arguments: { repo: { fixed: 'acme/x' } } },
    ]
    const answer = await facet.api('PATCH', '/dynamic/o', { overrides })
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'overrides[0].match'])
  })

  it("does not give the name of one of the server's own tools", async () => {
    const { facet } = await withOverrides([])
    const overrides = [{ match: MATCH, name: 'search_tools' }]
    const body = { exposure: 'search', overrides }
    const answer = await facet.api('PATCH', '/dynamic/o', body)
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'overrides[0].name'])
    expect((await facet.api('PATCH', '/dynamic/o', { overrides })).status).toBe(200)
  })

  it('may be about an entry that is not there yet', async () => {
    const { ok } = await startFacet()
    await ok('POST', '/dynamic', server('s', RULE, { overrides: [ACME] }))
    expect(await ok('GET', '/dynamic/s')).toMatchObject({ health: 'ok', overrides: [ACME] })
  })

  it('is part of versions and comes back with a rollback', async () => {
    const { facet } = await withOverrides()
    await facet.ok('PATCH', '/dynamic/o', { overrides: [] })
    const compared = await facet.ok('GET', '/dynamic/o/versions/compare?from=1')
    expect(compared).toMatchObject({ fields: [{ field: 'overrides' }] })
    await facet.ok('POST', '/dynamic/o/rollback', { version: 1 })
    const { tools } = await facet.ok<{ tools: Json[] }>('GET', '/dynamic/o/tools')
    expect(tools.map(({ name }) => name)).toEqual(['remote', 'report_bug'])
  })
})

describe('a rules file', () => {
  it('has overrides, and none of the files is taken over when one does not fit', async () => {
    const rules = mkdtempSync(join(tmpdir(), 'facet-rules-'))
    onTestFinished(() => rmSync(rules, { recursive: true, force: true }))
    const write = (repo: string) =>
      writeFileSync(
        join(rules, 'issues.yaml'),
        `name: Issues
rules:
  - { type: tool, filter: 'true' }
overrides:
  - match: { source: manual, name: create_issue }
    name: report_bug
    arguments: { repo: { fixed: ${repo} } }
`,
      )
    write('acme/x')
    const { ok } = await startFacet({ settings: { rules } })
    const inputSchema = { type: 'object', properties: { repo: { type: 'string' } } }
    await ok('POST', '/tools', tool('create_issue', { inputSchema }))
    const names = async () => {
      const { tools } = await ok<{ tools: Json[] }>('GET', '/dynamic/issues/tools')
      return tools.map(({ name }) => name)
    }
    expect(await names()).toEqual(['report_bug'])
    write('[1]')
    const errors = await until('the mistake is reported', async () => {
      const { rules: status } = await ok<{ rules: { errors: Json[] } }>('GET', '/health/detailed')
      return status.errors.length > 0 && status.errors
    })
    const message = 'For create_issue of manual, the fixed value does not fit: repo must be string.'
    expect(errors).toEqual([{ path: 'issues.yaml: overrides[0].arguments.repo', message }])
    expect(await names()).toEqual(['report_bug'])
  })
})
