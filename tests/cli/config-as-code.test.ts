import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { parse } from 'yaml'
import { userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { ADMIN_TOKEN } from '../support/openapi.ts'
import { runFacet } from '../support/process.ts'

/** Each command is a process of its own. */
vi.setConfig({ testTimeout: 90_000 })

const RISK = { id: 'risk', effect: 'allow', who: "'risk' in caller.groups", what: "'x' in tags" }

const SIZE = { id: 'size', kind: 'arguments', what: "'x' in tags", max_chars: 100 }

/** A folder with rules that are right, and a configuration file beside them. */
function folder(config: object | string) {
  const path = mkdtempSync(join(tmpdir(), 'facet-policies-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  writeFileSync(join(path, 'r.yaml'), 'name: R\nrules: [{ type: tool, filter: "true" }]\n')
  const file = join(path, 'facet.conf')
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config))
  return { rules: join(path, 'r.yaml'), file }
}

const CATALOG = {
  tools: [{ type: 'tool', name: 'pay', tags: ['finance'], enabled: true, federated: false }],
  prompts: [{ type: 'prompt', name: 'ask', tags: [], enabled: true, federated: false }],
}

describe('facet check --config', () => {
  it('finds mistakes in policies and in every other setting, with their place', async () => {
    const policies = [RISK, { ...RISK, id: 'b', what: "name = 'x'" }]
    const wrong = folder({ policies })
    const { code, err } = await runFacet(['check', wrong.rules, '--config', wrong.file])
    expect([code, err]).toEqual([1, expect.stringContaining('facet.conf: policies[1].what: ')])
    const other = folder({ policies: [RISK], prot: 1 })
    const named = await runFacet(['check', other.rules, '--config', other.file, '--json'])
    expect(named.code).toBe(1)
    expect(JSON.parse(named.out).errors).toEqual([
      { path: 'facet.conf', message: 'Unrecognized key: "prot"' },
    ])
  })

  it('finds mistakes in guards, with the codes and places a service answers', async () => {
    const guards = [
      { ...SIZE, deny: [{ pattern: '(?=a)' }] },
      { ...SIZE, id: 'b', what: 'nme == 1' },
      { ...SIZE, id: 'c', max_chars: 1 },
    ]
    const { rules, file } = folder({ guards })
    const { code, out } = await runFacet(['check', rules, '--config', file, '--json'])
    expect(code).toBe(1)
    const message = expect.any(String)
    expect(JSON.parse(out).errors).toEqual([
      { path: 'facet.conf: guards[0].deny[0].pattern', code: 'filter_regex', message },
      { path: 'facet.conf: guards[1].what', code: 'filter_unknown_field', position: 0, message },
      { path: 'facet.conf: guards[2].max_chars', message },
    ])
    const shell = { id: 'shell', kind: 'totp', what: 'true', secret: '${TOTP}' }
    const secret = folder({ guards: [SIZE, shell] })
    const named = await runFacet(['check', secret.rules, '--config', secret.file, '--json'])
    expect(JSON.parse(named.out).errors).toEqual([
      { path: 'facet.conf: guards[1].secret', code: 'unknown_secret', message },
    ])
  })

  it('warns of what guards hardly mean, on the entries of a catalog', async () => {
    const guards = [
      { ...SIZE, what: "'finance' in tags" },
      { ...SIZE, id: 'typo', what: "'finanse' in tags" },
      { ...SIZE, id: 'nobody', who: '1 == 2', what: 'true' },
      { ...SIZE, id: 'never', what: 'true', condition: '1 == 2' },
      { ...SIZE, id: 'own', what: 'true', condition: "arguments.x == 1 || caller.id == 'ada'" },
      { id: 'many', kind: 'rate', what: 'true', who: "'risk' in caller.groups", limit: 5 },
    ]
    const { rules, file } = folder({ guards })
    const catalog = folder(CATALOG).file
    const args = ['check', rules, '--config', file, '--catalog', catalog]
    const { out, code } = await runFacet([...args, '--json', '--strict'])
    expect(code).toBe(2)
    expect(
      JSON.parse(out).warnings.map(
        (one: { path: string; code: string }) => `${one.path} ${one.code}`,
      ),
    ).toEqual([
      'facet.conf: guards[1].what unknown_tag',
      'facet.conf: guards[1].what never_matches',
      'facet.conf: guards[2].who never_matches',
      'facet.conf: guards[3].condition never_matches',
    ])
  })

  it('warns of what policies hardly mean, on the entries of a catalog', async () => {
    const policies = [
      { ...RISK, what: "'finance' in tags" },
      { ...RISK, id: 'typo', what: "'finanse' in tags" },
      { ...RISK, id: 'reads', what: "'finance' in tags", actions: ['read'] },
      { ...RISK, id: 'nobody', who: '1 == 2', what: 'true' },
      { ...RISK, id: 'own', what: 'owner == caller.id' },
    ]
    const { rules, file } = folder({ policies })
    const catalog = folder(CATALOG).file
    const args = ['check', rules, '--config', file, '--catalog', catalog, '--json']
    const { code, out } = await runFacet(args)
    expect(code).toBe(0)
    const { files, warnings } = JSON.parse(out)
    expect(files).toBe(2)
    expect(
      warnings.map((one: { path: string; code: string }) => `${one.path} ${one.code}`),
    ).toEqual([
      'facet.conf: policies[1].what unknown_tag',
      'facet.conf: policies[1].what never_matches',
      'facet.conf: policies[3].who never_matches',
    ])
  })
})

describe('facet diff --config', () => {
  it('says which policies would come, go and change, and which stay', async () => {
    const before = [RISK, { ...RISK, id: 'gone' }, { ...RISK, id: 'same' }]
    const { ok, url } = await startFacet({ listen: true, settings: { policies: before } })
    await ok('POST', '/policies', { ...RISK, id: 'rest' })
    await ok('POST', '/policies', { ...RISK, id: 'let-be' })
    const { rules, file } = folder({
      policies: [
        { ...RISK, what: "'y' in tags" },
        { ...RISK, id: 'same' },
        { ...RISK, id: 'rest', effect: 'deny' },
        { ...RISK, id: 'new' },
      ],
    })
    const args = ['diff', rules, '--config', file, '--server', url]
    const { out, code } = await runFacet([...args, '--exit-code'])
    expect(code).toBe(2)
    expect(out).toContain('### Facet: 4 policies would change')
    expect(out).toContain('- `risk` changed\n  - `what`: `"\'x\' in tags"` → `"\'y\' in tags"`\n')
    expect(out).toMatch(/^- `rest` changed\n {2}- It was made over REST/m)
    const json = JSON.parse((await runFacet([...args, '--json'])).out)
    const changes = json.policies.map((one: { policy: string; change: string }) => [
      one.policy,
      one.change,
    ])
    expect(changes).toEqual([
      ['risk', 'changed'],
      ['rest', 'changed'],
      ['new', 'added'],
      ['gone', 'removed'],
    ])
  })

  it('says whose entries would be others, for each policy alone', async () => {
    const policies = [{ ...RISK, id: 'gone' }]
    const settings = { ...WITH_ADMIN.settings, policies }
    const facet = await startFacet({ ...WITH_ADMIN, listen: true, settings })
    for (const name of ['a', 'b']) await facet.ok('POST', '/tools', tool(name, { tags: ['x'] }))
    await userWithKey(facet, 'ada', ['client'])
    await facet.ok('PATCH', '/users/ada', { groups: ['risk'] })
    await userWithKey(facet, 'bob', ['viewer'])
    const { rules, file } = folder({
      policies: [{ ...RISK, id: 'viewers', who: "'viewer' in caller.roles", what: "name == 'a'" }],
    })
    const args = ['diff', rules, '--config', file, '--server', facet.url]
    const env = { FACET_ADMIN_TOKEN: ADMIN_TOKEN }
    const { out } = await runFacet(args, { env })
    expect(out).toMatch(
      /- `viewers` added\n(?: {2}- `.*\n)+ {2}- user `bob`: `all` \+1\n {2}- role `viewer`: `all` \+1\n/,
    )
    expect(out).toMatch(/- `gone` removed\n(?: {2}- `.*\n)+ {2}- user `ada`: `all` −2\n/)
    const json = JSON.parse((await runFacet([...args, '--json'], { env })).out)
    const ada = { user: 'ada', servers: [{ server: 'all', gains: 0, loses: 2 }] }
    expect(json.policies).toMatchObject([
      { policy: 'viewers', callers: [{ user: 'bob' }, { role: 'viewer' }], failed: [] },
      { policy: 'gone', callers: [ada] },
    ])
  })

  it('says which guards would come, go and change, and which stay', async () => {
    const before = [SIZE, { ...SIZE, id: 'gone' }, { ...SIZE, id: 'same' }]
    const { ok, url } = await startFacet({ listen: true, settings: { guards: before } })
    await ok('POST', '/guards', { ...SIZE, id: 'let-be' })
    const same = { ...SIZE, id: 'same', who: 'true' }
    const { rules, file } = folder({
      guards: [
        { ...SIZE, max_chars: 9 },
        same,
        { id: 'new', kind: 'rate', what: 'true', limit: 2 },
      ],
    })
    const args = ['diff', rules, '--config', file, '--server', url]
    const { out, code } = await runFacet([...args, '--exit-code'])
    expect(code).toBe(2)
    expect(out).toContain('### Facet: no policy changes\n\n### Facet: 3 guards would change\n')
    expect(out).toContain('- `size` changed\n  - `max_chars`: `100` → `9`\n')
    const json = JSON.parse((await runFacet([...args, '--json'])).out)
    expect(json.policies).toEqual([])
    expect(
      json.guards.map((one: { guard: string; change: string }) => [one.guard, one.change]),
    ).toEqual([
      ['size', 'changed'],
      ['new', 'added'],
      ['gone', 'removed'],
    ])
  })

  it('refuses a file with mistakes', async () => {
    const { url } = await startFacet({ listen: true })
    const { rules, file } = folder({ policies: [{ ...RISK, effect: 'perhaps' }] })
    const { code, err } = await runFacet(['diff', rules, '--config', file, '--server', url])
    expect([code, err]).toEqual([1, expect.stringContaining('facet.conf: policies[0].effect')])
  })
})

describe('facet export --config', () => {
  it('writes policies and guards into a file that check finds right and diff finds the same', async () => {
    const secrets = { TOTP: { env: 'TOTP', guards: true } }
    const { ok, url } = await startFacet({ listen: true, settings: { secrets } })
    await ok('POST', '/guards', { ...SIZE, deny: [{ pattern: 'rm\\s' }], status: 'off' })
    const shell = { id: 'shell', kind: 'totp', what: "name == 'x'", secret: '${TOTP}' }
    await ok('POST', '/guards', { ...shell, server: 'r', max_failures: 3 })
    await ok('POST', '/tools', tool('one', { tags: ['x'] }))
    await ok('POST', '/policies', { ...RISK, description: 'Who: "risk"', server: ['r'] })
    await ok('POST', '/policies', { ...RISK, id: 'z', effect: 'deny', actions: ['call', 'read'] })
    const { rules, file } = folder(
      '# ours\nport: 9000 # kept\nsecrets: { TOTP: { env: TOTP, guards: true } }\n',
    )
    const dir = join(file, '..', 'rules')
    const args = ['export', '--dir', dir, '--config', file, '--server', url]
    const first = await runFacet(args)
    expect([first.code, first.out]).toEqual([0, expect.stringMatching(/^written +\S+facet\.conf/m)])
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('# ours\nport: 9000 # kept\n')
    expect(parse(text).policies).toEqual([
      { ...RISK, description: 'Who: "risk"', server: ['r'] },
      { ...RISK, id: 'z', effect: 'deny', actions: ['call', 'read'] },
    ])
    expect(parse(text).guards).toEqual([
      { ...shell, server: ['r'], max_failures: 3 },
      { ...SIZE, deny: [{ pattern: 'rm\\s' }], status: 'off' },
    ])
    expect((await runFacet(['check', rules, '--config', file])).code).toBe(0)
    expect((await runFacet(args)).out).toMatch(/^unchanged +\S+facet\.conf/m)
    const diff = await runFacet(['diff', rules, '--config', file, '--server', url])
    expect(diff.out).toContain('### Facet: no policy changes\n\n### Facet: no guard changes\n')
  })

  it('does not write over other guards unless it is told to', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/guards', SIZE)
    const { file } = folder({ guards: [{ ...SIZE, id: 'mine' }] })
    const before = readFileSync(file, 'utf8')
    const args = ['export', '--dir', join(file, '..', 'rules'), '--config', file, '--server', url]
    const kept = await runFacet(args)
    expect([kept.code, readFileSync(file, 'utf8')]).toEqual([1, before])
    expect((await runFacet([...args, '--force'])).code).toBe(0)
    expect(parse(readFileSync(file, 'utf8'))).toEqual({ guards: [SIZE] })
  })

  it('does not write over other policies unless it is told to', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/policies', RISK)
    const { file } = folder({ port: 9000, policies: [{ ...RISK, id: 'mine' }] })
    const before = readFileSync(file, 'utf8')
    const args = ['export', '--dir', join(file, '..', 'rules'), '--config', file, '--server', url]
    const kept = await runFacet(args)
    expect([kept.code, readFileSync(file, 'utf8')]).toEqual([1, before])
    expect((await runFacet([...args, '--force'])).code).toBe(0)
    const written = parse(readFileSync(file, 'utf8'))
    expect([written.port, written.policies]).toEqual([9000, [RISK]])
  })
})
