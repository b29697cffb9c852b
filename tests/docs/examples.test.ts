import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startDemo } from '../../src/cli/demo/start.ts'
import { tool } from '../support/bodies.ts'
import { ROOT, runExamples } from '../support/docs.ts'
import { startFacet } from '../support/facet.ts'
import { Page } from './page.ts'

describe('the examples of', () => {
  it('README.md run as they are written, against the demo', async () => {
    const demo = await startDemo(0)
    onTestFinished(async () => {
      await demo.facet.close()
      demo.cleanUp()
    })
    expect(demo.missing).toEqual([])
    expect(await runExamples('README.md', demo.client.url)).toBeGreaterThan(3)
  }, 60_000)

  it('docs/start/first-server.md run as they are written', async () => {
    const { url } = await startFacet({ listen: true })
    expect(await runExamples('docs/start/first-server.md', url)).toBeGreaterThan(10)
  })

  it('docs/guides/dynamic-servers.md run as they are written', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/tools', tool('credit_score', { tags: ['risk', 'read'] }))
    const annotations = { destructiveHint: true }
    await ok('POST', '/tools', tool('close_account', { tags: ['risk'], annotations }))
    await ok('POST', '/tools', tool('send_mail'))
    expect(await runExamples('docs/guides/dynamic-servers.md', url)).toBeGreaterThan(4)
  })

  it('docs/guides/overrides.md run as they are written', async () => {
    const { url } = await startFacet({ listen: true })
    expect(await runExamples('docs/guides/overrides.md', url)).toBe(1)
  })

  it('docs/guides/guards.md run as they are written', async () => {
    const { url } = await startFacet({ listen: true })
    expect(await runExamples('docs/guides/guards.md', url)).toBeGreaterThan(2)
  })

  it('docs/guides/explain.md run as they are written', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/tools', tool('credit_score', { tags: ['risk', 'read'] }))
    const annotations = { destructiveHint: true }
    await ok('POST', '/tools', tool('close_account', { tags: ['risk'], annotations }))
    await ok('POST', '/tools', tool('send_mail'))
    const rules = [
      { type: 'tool', filter: "'risk' in tags" },
      { type: 'tool', effect: 'exclude', filter: 'annotations.destructiveHint == true' },
    ]
    await ok('POST', '/dynamic', { id: 'risk', name: 'Risk', rules })
    expect(await runExamples('docs/guides/explain.md', url)).toBeGreaterThan(4)
  })

  it('docs/guides/review.md run as they are written', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/tools', tool('pay', { tags: ['payments'] }))
    await ok('POST', '/tools', tool('refund', { tags: ['payments'] }))
    expect(await runExamples('docs/guides/review.md', url)).toBeGreaterThan(7)
  })

  it('docs/guides/search.md run as they are written', async () => {
    const { ok, url } = await startFacet({ listen: true })
    const inputSchema = { type: 'object', properties: {} }
    await ok('POST', '/tools', tool('send_mail', { inputSchema }))
    const archive = { description: 'Archive a mail', tags: ['write'], inputSchema }
    await ok('POST', '/tools', tool('archive_mail', archive))
    await ok('POST', '/tools', tool('read_calendar', { inputSchema }))
    await ok('POST', '/tools', tool('book_room', { tags: ['write'], inputSchema }))
    expect(await runExamples('docs/guides/search.md', url)).toBeGreaterThan(7)
  })

  it('docs/guides/connect-clients.md run as they are written, with every client in it', async () => {
    const { ok, url } = await startFacet({ listen: true })
    await ok('POST', '/tools', tool('quote', { tags: ['sales'] }))
    const path = 'docs/guides/connect-clients.md'
    expect(await runExamples(path, url)).toBe(1)
    const programs = new Page(path).blocksOf('js')
    expect(programs.map(({ settings }) => settings.client)).toEqual(['sdk', 'first-sdk', 'vercel'])
    for (const { lines } of programs) {
      const program = lines.join('\n').replaceAll('http://127.0.0.1:8420', url)
      const args = ['--input-type=module', '--eval', program]
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT })
      expect(stdout).toContain('quote')
    }
  })

  it('docs/guides/sources.md run as they are written', async () => {
    const { url } = await startFacet({ listen: true })
    expect(await runExamples('docs/guides/sources.md', url)).toBeGreaterThan(3)
  })

  it('docs/guides/events.md run as they are written', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'facet-transcripts-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const settings = { events: { transcript: { directory } } }
    const { url } = await startFacet({ listen: true, settings })
    expect(await runExamples('docs/guides/events.md', url)).toBeGreaterThan(2)
  })

  it('docs/guides/entries.md run as they are written', async () => {
    const { url } = await startFacet({ listen: true })
    expect(await runExamples('docs/guides/entries.md', url)).toBeGreaterThan(3)
  })
})
