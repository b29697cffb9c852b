import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { server, tool } from '../support/bodies.ts'
import { examplesOf } from '../support/docs.ts'
import { startFacet } from '../support/facet.ts'
import { federate } from '../support/federated.ts'
import { runFacet, runScript } from '../support/process.ts'

/** Each command is a process of its own. */
vi.setConfig({ testTimeout: 90_000 })

function folder(files: Record<string, string> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'facet-rules-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

function rules(...lines: string[]): string {
  return `name: R\nrules:\n${lines.map((line) => `  - ${line}\n`).join('')}`
}

const rule = (filter: string, more = '') =>
  `{ type: tool, filter: ${JSON.stringify(filter)}${more} }`

interface Checked {
  readonly catalog: string | null
  readonly warnings: readonly { path: string; code: string; message: string }[]
}

const codes = ({ warnings }: Checked) =>
  warnings.map(({ path, code }) => `${path.replace(/^.*: /, '')} ${code}`)

const CATALOG = JSON.stringify({
  tools: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({
    type: 'tool',
    name,
    tags: name === 'a' ? ['finance'] : ['other'],
    deprecated: false,
    meta: { level: 'high' },
    enabled: true,
    federated: name === 'f',
  })),
})

describe('facet check', () => {
  it('finds what the text alone shows, and says that it saw no catalog', async () => {
    const directory = folder({
      'r.yaml': rules(
        rule("'x' in tags"),
        rule('1 == 2'),
        rule('1 == 1'),
        rule('$.nmae'),
        rule("'x' in tags", ', effect: exclude'),
      ),
    })
    const { code, out, err } = await runFacet(['check', directory])
    expect(code).toBe(0)
    expect(out).toBe('1 file checked, no mistakes, 4 warnings\n')
    expect(err).toContain('r.yaml: rules[0]: warning: rules[4] keeps out')
    expect(err).toContain('No service and no --catalog')
    const json = await runFacet(['check', directory, '--json', '--strict'])
    expect(json.code).toBe(2)
    expect(codes(JSON.parse(json.out))).toEqual([
      'rules[0] shadowed_by_exclude',
      'rules[1] never_matches',
      'rules[2] always_matches',
      'rules[3] unknown_member',
    ])
  })

  it('finds what overrides must not say, with the place of each', async () => {
    const overrides = [
      '{ match: a, name: first }',
      '{ match: a, title: A }',
      '{ match: b, name: first }',
      '{ match: c }',
      '{ match: d, arguments: { x: { fixed: 1, hidden: true } } }',
    ]
    const text = `${rules(rule('true'))}overrides: [${overrides.join(', ')}]\n`
    const { code, out } = await runFacet(['check', folder({ 'r.yaml': text }), '--json'])
    expect(code).toBe(1)
    const { errors } = JSON.parse(out) as { errors: { path: string; message: string }[] }
    expect(errors.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['r.yaml: overrides[3]', 'r.yaml: overrides[4].arguments.x']),
    )
    const twice = `${rules(rule('true'))}overrides: [${overrides.slice(0, 3).join(', ')}]\n`
    const other = await runFacet(['check', folder({ 'r.yaml': twice })])
    expect(other.code).toBe(1)
    expect(other.err).toContain('r.yaml: overrides[1].match: Another override is about the same')
    expect(other.err).toContain('r.yaml: overrides[2].name: Another override gives the name first')
  })

  it('tries rules on an exported catalog', async () => {
    const catalog = join(folder({ 'catalog.json': CATALOG }), 'catalog.json')
    const directory = folder({
      'r.yaml': rules(
        rule("'finanse' in tags"),
        rule("name == 'nobody'"),
        rule('!deprecated', ', include_federated: true'),
        rule("'other' in tags"),
        rule("'finance' in tags"),
        rule("name == 'a'", ', effect: exclude'),
        rule('meta.level > 3'),
      ),
    })
    const { code, out } = await runFacet(['check', directory, '--catalog', catalog, '--json'])
    const outcome = JSON.parse(out) as Checked
    expect([code, outcome.catalog]).toEqual([0, catalog])
    expect(codes(outcome)).toEqual([
      'rules[0] unknown_tag',
      'rules[0] never_matches',
      'rules[1] never_matches',
      'rules[2] always_matches',
      'rules[3] federated_left_out',
      'rules[4] shadowed_by_exclude',
      'rules[6] undecided',
      'rules[6] never_matches',
    ])
    expect(outcome.warnings[0]!.message).toContain('Did you mean "finance"?')
  })

  it('tries rules on the running service, and warns when the one it was given is not there', async () => {
    const { facet } = await federate('modern')
    const directory = folder({ 'r.yaml': rules(rule('true')) })
    const { out } = await runFacet(['check', directory, '--server', facet.url, '--json'])
    expect(JSON.parse(out).catalog).toBe(facet.url)
    expect(codes(JSON.parse(out))).toEqual(['rules[0] federated_left_out'])
    const gone = await runFacet(['check', directory, '--strict', '--server', 'http://127.0.0.1:9'])
    expect([gone.code, gone.err]).toEqual([2, expect.stringContaining('(no_catalog)')])
  })
})

describe('facet diff', () => {
  it('says what files would change, in Markdown and as JSON', async () => {
    const live = folder({
      'a.yaml': rules(rule("'x' in tags"), rule("'z' in tags")),
      'gone.yaml': rules(rule("'x' in tags")),
    })
    const { ok, url } = await startFacet({ listen: true, settings: { rules: live } })
    await ok('POST', '/tools', tool('one', { tags: ['x'] }))
    await ok('POST', '/tools', tool('two', { tags: ['y'] }))
    await ok('POST', '/dynamic', server('rest', { type: 'tool', filter: 'true' }))
    const next = folder({
      'a.yaml': `${rules(rule("'y' in tags"), rule("'z' in tags"))}description: "Pipes | and \`ticks\`"\n`,
      'new.yaml': rules(rule('true')),
      'rest.yaml': rules(rule("'y' in tags")),
    })
    const { code, out } = await runFacet(['diff', next, '--server', url, '--exit-code'])
    expect(code).toBe(2)
    expect(out).toContain('### Facet: 4 dynamic servers would change')
    expect(out).toMatch(/^\| `a` \| changed \| \+1 −1 \| \d+ \|$/m)
    expect(out).toMatch(/^\| `gone` \| removed \| \+0 −1 \| \d+ → 0 \(−\d+\) \|$/m)
    expect(out).toMatch(/^\| `new` \| added \| \+2 −0 \| 0 → \d+ \(\+\d+\) \|$/m)
    expect(out).toContain(`- {"type":"tool","filter":"'x' in tags"}\n`)
    expect(out).toContain(`+ {"type":"tool","filter":"'y' in tags"}\n`)
    expect(out).toContain(`  {"type":"tool","filter":"'z' in tags"}\n`)
    expect(out).toContain('Gains: `two` (tool, manual)')
    expect(out).toContain('- `description`: `null` → ``"Pipes \\| and `ticks`"``')
    expect(out).toContain('It was made over REST')
    const json = await runFacet(['diff', next, '--server', url, '--json'])
    expect(json.code).toBe(0)
    expect(JSON.parse(json.out).servers).toMatchObject([
      { server: 'a', change: 'changed', gains: [{ name: 'two' }], loses: [{ name: 'one' }] },
      { server: 'new', change: 'added' },
      { server: 'rest', change: 'changed' },
      { server: 'gone', change: 'removed' },
    ])
    expect((await ok<{ servers: object[] }>('GET', '/dynamic')).servers).toHaveLength(3)
  })

  it('counts overrides, naming and budgets of the files in', async () => {
    const live = folder({ 'a.yaml': rules(rule('true')) })
    const { ok, url } = await startFacet({ listen: true, settings: { rules: live } })
    for (const name of ['one', 'two']) await ok('POST', '/tools', tool(name))
    const next = folder({
      'a.yaml': `${rules(rule('true'))}max_tools: 1\noverrides:\n  - { match: { source: manual, name: one }, name: first }\n  - { match: { source: manual, name: none }, name: x }\n`,
    })
    const { out } = await runFacet(['diff', next, '--server', url])
    expect(out).toMatch(/^\| `a` \| changed \| \+0 −1 \|/m)
    expect(out).toContain('Loses: `two` (tool, manual)')
    expect(out).toContain('Renames: `one` → `first`')
    expect(out).toMatch(/^> overrides.*is about no entry/m)
    const json = await runFacet(['diff', next, '--server', url, '--json'])
    expect(JSON.parse(json.out).servers).toMatchObject([
      { server: 'a', renames: [{ before: 'one', name: 'first', source: 'manual' }] },
    ])
  })

  it('says that nothing changes, and refuses files with mistakes', async () => {
    const live = folder({ 'a.yaml': rules(rule("'x' in tags")) })
    const { url } = await startFacet({ listen: true, settings: { rules: live } })
    const same = await runFacet(['diff', live, '--server', url, '--exit-code'])
    expect([same.code, same.out]).toEqual([
      0,
      '### Facet: no dynamic server changes\n\n1 rules file compared.\n',
    ])
    const bad = folder({ 'a.yaml': rules(rule("name = 'x'")) })
    const { code, err } = await runFacet(['diff', bad, '--server', url])
    expect([code, err]).toEqual([1, expect.stringContaining('a.yaml: rules[0].filter')])
    expect((await runFacet(['diff', live, '--server', 'http://127.0.0.1:9'])).code).toBe(1)
  })
})

describe('facet export', () => {
  it('writes files that check finds right and diff finds the same', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/tools', tool('one', { tags: ['x'] }))
    const filter = "name =~ '^v\\d+: #1$' || 'x' in tags"
    await ok('POST', '/dynamic', {
      ...server('full', { type: 'tool', filter, include_federated: true }),
      description: 'Two\nlines: and "quotes"',
      instructions: '- not a list\n',
      max_tools: 5,
      naming: 'prefixed',
      overrides: [
        {
          match: { source: 'manual', name: 'one' },
          title: 'First: "one"',
          description: 'What it does\nhere',
        },
      ],
    })
    await ok('POST', '/dynamic', { id: 'draft_1', name: 'D', status: 'draft' })
    const directory = join(folder(), 'rules')
    const first = await runFacet(['export', '--dir', directory, '--server', url])
    expect([first.code, first.err]).toEqual([0, ''])
    expect(readdirSync(directory)).toEqual(['draft_1.yaml', 'full.yaml'])
    const text = readFileSync(join(directory, 'full.yaml'), 'utf8')
    expect(text).not.toMatch(/cache_ttl|effect|status|mode/)
    expect((await runFacet(['check', directory])).out).toMatch(/^2 files checked, no mistakes/)
    const diff = await runFacet(['diff', directory, '--server', url, '--exit-code'])
    expect([diff.code, diff.out]).toEqual([0, expect.stringContaining('no dynamic server changes')])
  })

  it('takes the servers it is told, and does not write over what says something else', async () => {
    const { ok, url } = await startFacet({ listen: true })
    for (const id of ['a', 'b']) {
      await ok('POST', '/dynamic', server(id, { type: 'tool', filter: 'true' }))
    }
    const directory = folder({ 'a.yaml': 'mine' })
    mkdirSync(join(directory, 'sub'))
    const args = ['export', 'a', '--dir', directory, '--server', url]
    const kept = await runFacet(args)
    expect([kept.code, readFileSync(join(directory, 'a.yaml'), 'utf8')]).toEqual([1, 'mine'])
    const forced = await runFacet([...args, '--force', '--json'])
    expect(JSON.parse(forced.out).files).toMatchObject([{ server: 'a', result: 'written' }])
    expect((await runFacet(args)).out).toMatch(/^unchanged/)
    expect(readdirSync(directory)).toEqual(['a.yaml', 'sub'])
    const none = await runFacet(['export', 'nobody', '--dir', directory, '--server', url])
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('nobody')])
  })
})

describe('docs/guides/rules-as-code.md', () => {
  it('has commands that run as they are written', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/tools', tool('one', { tags: ['finance'] }))
    await ok('POST', '/dynamic', server('live', { type: 'tool', filter: "name == 'one'" }))
    const directory = folder()
    const commands = examplesOf('docs/guides/rules-as-code.md').map((each) => each.commands)
    const script = commands.join('\n').replaceAll('http://127.0.0.1:8420', url)
    const { code, out, err } = await runScript(script, directory)
    expect([code, err]).toEqual([0, expect.not.stringContaining('rror')])
    expect(commands.length).toBeGreaterThan(2)
    expect(out).toContain('| `finance` | added | +1 −0 |')
    expect(readdirSync(join(directory, 'rules'))).toEqual(['finance.yaml', 'live.yaml'])
    expect(out).toContain('2 files checked, no mistakes\n')
  })
})
