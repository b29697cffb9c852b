import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { server, tool } from '../support/bodies.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { until } from '../support/wait.ts'

const yaml = (tag: string, more = '') =>
  `name: By tag\n${more}rules:\n  - type: tool\n    filter: "'${tag}' in tags"\n`

function folder(files: Record<string, string> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'facet-rules-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const directory = join(root, 'rules')
  mkdirSync(directory)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
}

async function ids({ ok }: TestFacet): Promise<string> {
  const { servers } = await ok<{ servers: { id: string }[] }>('GET', '/dynamic')
  return servers.map(({ id }) => id).join()
}

async function rulesStatus({ ok }: TestFacet) {
  const { rules } = await ok<{ rules: { errors: { path: string; message: string }[] } }>(
    'GET',
    '/health/detailed',
  )
  return rules
}

describe('files of the rules directory', () => {
  it('are dynamic servers, called as their files unless they say otherwise', async () => {
    const rules = folder({
      'finance.yaml': yaml('finance'),
      'other.yml': yaml('x', 'id: chosen\n'),
      'third.json': JSON.stringify(server('third', { type: 'tool', filter: 'true' })),
      'README.md': 'not a rule',
      '.hidden.yaml': 'nonsense',
    })
    const facet = await startFacet({ settings: { rules } })
    expect(await ids(facet)).toBe('finance,chosen,third')
    await facet.ok('POST', '/tools', tool('a', { tags: ['finance'] }))
    expect(await facet.ok('GET', '/dynamic/finance/tools')).toMatchObject({
      tools: [{ name: 'a' }],
    })
    expect(await facet.ok('GET', '/dynamic/finance')).toMatchObject({ origin: 'file' })
  })

  it('are read-only over REST', async () => {
    const facet = await startFacet({ settings: { rules: folder({ 'a.yaml': yaml('x') }) } })
    for (const [method, path, body] of [
      ['PATCH', '/dynamic/a', { name: 'b' }],
      ['PUT', '/dynamic/a', server('a', { type: 'tool', filter: 'true' })],
      ['DELETE', '/dynamic/a', undefined],
      ['POST', '/dynamic/a/deactivate', undefined],
    ] as const) {
      const answer = await facet.api(method, path, body)
      expect([path, answer.status, answer.body.code]).toEqual([path, 409, 'managed_by_file'])
    }
  })

  it('take effect when they are changed, added, renamed into place or removed', async () => {
    const rules = folder({ 'a.yaml': yaml('x') })
    const facet = await startFacet({ settings: { rules } })
    await facet.ok('POST', '/tools', tool('t', { tags: ['y'] }))
    expect(await facet.ok('GET', '/dynamic/a/tools')).toEqual({ tools: [] })
    writeFileSync(join(rules, 'a.yaml'), yaml('y'))
    await until('the edit is taken over', async () => {
      const { tools } = await facet.ok<{ tools: unknown[] }>('GET', '/dynamic/a/tools')
      return tools.length === 1
    })
    writeFileSync(join(rules, '..', 'moved'), yaml('y'))
    renameSync(join(rules, '..', 'moved'), join(rules, 'b.yaml'))
    await until('the file is taken over', async () => (await ids(facet)) === 'a,b')
    rmSync(join(rules, 'a.yaml'))
    await until('the server is gone', async () => (await ids(facet)) === 'b')
  })

  it('are validated whole: with a mistake in one, all stay as they were', async () => {
    const rules = folder({ 'a.yaml': yaml('x'), 'b.yaml': yaml('x') })
    const facet = await startFacet({ settings: { rules } })
    const before = await facet.ok('GET', '/dynamic')
    writeFileSync(
      join(rules, 'b.yaml'),
      "name: B\nrules:\n  - type: tool\n    filter: name = 'x'\n",
    )
    writeFileSync(join(rules, 'c.yaml'), yaml('y'))
    writeFileSync(join(rules, 'd.yaml'), 'name: [')
    rmSync(join(rules, 'a.yaml'))
    const { errors } = await until('the mistakes are reported', async () => {
      const status = await rulesStatus(facet)
      return status.errors.length >= 2 && status
    })
    expect(errors[0]).toMatchObject({ path: 'b.yaml: rules[0].filter', code: 'filter_syntax' })
    expect(errors[1]).toMatchObject({ path: 'd.yaml' })
    expect(await facet.ok('GET', '/dynamic')).toEqual(before)
    writeFileSync(join(rules, 'b.yaml'), yaml('z'))
    rmSync(join(rules, 'd.yaml'))
    await until('the corrected files are taken over', async () => (await ids(facet)) === 'b,c')
    expect((await rulesStatus(facet)).errors).toEqual([])
  })

  it('cannot take an id twice, nor one of a server made over REST', async () => {
    const rules = folder()
    const facet = await startFacet({ settings: { rules } })
    await facet.ok('POST', '/dynamic', server('taken', { type: 'tool', filter: 'true' }))
    writeFileSync(join(rules, 'taken.yaml'), yaml('x'))
    writeFileSync(join(rules, 'p.yaml'), yaml('x', 'id: same\n'))
    writeFileSync(join(rules, 'q.yaml'), yaml('x', 'id: same\n'))
    const { errors } = await until('the clashes are reported', async () => {
      const status = await rulesStatus(facet)
      return status.errors.length >= 2 && status
    })
    expect(errors.map(({ path }) => path).sort()).toEqual(['q.yaml', 'taken.yaml'])
    expect(await ids(facet)).toBe('taken')
  })

  it('stay served when the directory is gone at the next start', async () => {
    const rules = folder({ 'a.yaml': yaml('x') })
    const database = join(rules, '..', 'facet.db')
    const first = await startFacet({ settings: { rules, database } })
    await first.facet.close()
    rmSync(rules, { recursive: true })
    const second = await startFacet({ settings: { rules, database } })
    expect(await ids(second)).toBe('a')
    expect((await rulesStatus(second)).errors[0]?.message).toMatch(/does not exist/)
  })
})
