import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'
import { fakeTool } from '../support/fake-upstream.ts'
import { startSdkUpstream } from '../support/sdk-upstream.ts'
import { inState } from '../support/wait.ts'

const browser = withBrowser()
const SLOW = { timeout: 90_000 }
const handler = { type: 'http', url: 'https://api.example.com/x' }

/** A web server that has no MCP endpoint anywhere. */
async function startWebPage(): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(404, { 'content-type': 'text/html' })
    response.end('<!DOCTYPE html><html><body><pre>Cannot POST</pre></body></html>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

describe('a mistake in a source', SLOW, () => {
  it('is told in words, and mended or taken back on the same page', async () => {
    const facet = await startFacet({ listen: true })
    const upstream = await startSdkUpstream('modern')
    upstream.tools.push(fakeTool('remote'))
    const transport = { type: 'http', url: await startWebPage() }
    await facet.ok('POST', '/sources', { id: 'web', transport })
    await inState(facet, 'web', 'down')
    const page = await browser.open(`${facet.url}/admin/sources`)
    const card = page.getByRole('region', { name: 'Source web' })
    await card.getByText('it answered with status 404 and a web page').waitFor()
    expect(await card.textContent()).not.toContain('<')
    await expectAccessible(page)

    await card.getByRole('button', { name: 'Change web' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change web' })
    await dialog.getByRole('textbox', { name: 'Address' }).fill(upstream.url)
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await card.getByText(/^1 tool listed/).waitFor()

    await card.getByRole('button', { name: 'Delete the source web' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('There is no source yet').waitFor()
    expect(await facet.ok('GET', '/sources')).toEqual({ sources: [] })
  })
})

describe('a server nobody wants any more', SLOW, () => {
  it('is deleted, with what was written about it', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const rules = [{ type: 'tool', filter: 'true' }]
    await ok('POST', '/dynamic', { id: 'old', name: 'Old', rules })
    const page = await browser.open(`${url}/admin/servers/old`)
    await page.getByRole('textbox', { name: 'Name' }).fill('Not saved')
    await page.getByRole('button', { name: 'Delete the server old' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.waitForURL(`${url}/admin/servers`)
    await page.getByText('There is no server yet').waitFor()
    expect(await ok('GET', '/dynamic')).toMatchObject({ servers: [] })
  })
})

describe('why an entry is out', SLOW, () => {
  it('is told with the numbers rules have on the page, and going back closes the entry', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const rules = [
      { type: 'tool', filter: 'true' },
      { type: 'tool', effect: 'exclude', filter: "name == 'pay'" },
    ]
    await ok('POST', '/dynamic', { id: 'careful', name: 'Careful', rules })
    await ok('POST', '/tools', { name: 'pay', handler })
    const page = await browser.open(`${url}/admin/catalog`)
    await page.getByRole('button', { name: 'pay' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('button', { name: 'Look at every server' }).click()
    await drawer.getByText('rule 2 excludes it').waitFor()
    expect(await drawer.textContent()).not.toContain('rules[')
    await drawer.getByRole('link', { name: 'careful' }).click()
    await page.getByRole('status').getByText('rule 2 excludes it').waitFor()
    expect(await page.getByRole('main').textContent()).not.toContain('rules[')
    await page.goBack()
    await drawer.getByRole('heading', { name: 'pay' }).waitFor()
    await page.goBack()
    await drawer.waitFor({ state: 'detached' })
    expect(page.url()).toBe(`${url}/admin/catalog`)
  })
})
