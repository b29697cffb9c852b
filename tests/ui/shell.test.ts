import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'

const browser = withBrowser()

async function served() {
  const facet = await startFacet({ listen: true })
  await facet.ok('POST', '/tools', {
    name: 'list_invoices',
    tags: ['finance'],
    handler: { type: 'http', url: 'https://api.example.com/invoices' },
  })
  return facet
}

describe('/admin', { timeout: 90_000 }, () => {
  it('is one page under a strict content security policy, and loads nothing from elsewhere', async () => {
    const { url } = await served()
    const first = await fetch(`${url}/admin/servers/some-server`)
    const policy = first.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy.replace("style-src-attr 'unsafe-inline'", '')).not.toContain('unsafe')
    const nonceOf = (text: string) => /content="([^"]+)"/.exec(text.split('csp-nonce')[1]!)![1]!
    const nonce = nonceOf(await first.text())
    expect(policy).toContain(`'nonce-${nonce}'`)
    expect(nonceOf(await (await fetch(`${url}/admin`)).text())).not.toBe(nonce)
    const page = await browser.open('about:blank')
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${url}/admin`)
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    expect(asked.filter((address) => !address.startsWith(`${url}/`))).toEqual([])
  })

  it('is where the address the service prints leads', async () => {
    const { url } = await served()
    const page = await browser.open(url)
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    expect(page.url()).toBe(`${url}/admin`)
  })

  it('serves no file from outside its folder', async () => {
    const { api } = await served()
    for (const name of ['..%2findex.html', '..%2f..%2fpackage.json', 'constructor', '.vite']) {
      expect([name, (await api('GET', `/admin/assets/${name}`)).status]).toEqual([name, 404])
    }
  })

  it('has a first page below 200 kB compressed', () => {
    const sizes = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../dist/admin/sizes.json'), 'utf8'),
    )
    expect(sizes.first_page_gzip).toBeGreaterThan(20_000)
    expect(sizes.first_page_gzip).toBeLessThan(200 * 1024)
  })
})

describe('the overview', { timeout: 90_000 }, () => {
  it('shows counts and the latest changes, and follows what happens', async () => {
    const { url, ok } = await served()
    const page = await browser.open(`${url}/admin`)
    await page.getByRole('link', { name: /^Tools 1/ }).waitFor()
    await page.getByText('Healthy').waitFor()
    await ok('POST', '/dynamic', {
      id: 'finance',
      name: 'Finance',
      rules: [{ type: 'tool', filter: 'true' }],
    })
    await page.getByText('Server finance added').waitFor()
    await page.getByRole('link', { name: /^Servers 1/ }).waitFor()
    await expectAccessible(page)
  })

  it('says so when the service has gone', async () => {
    const { url, facet } = await served()
    const page = await browser.open(`${url}/admin`)
    await page.getByText('Healthy').waitFor()
    await facet.close()
    await page.getByText('Not reachable').waitFor()
  })
})

describe('the keyboard', { timeout: 90_000 }, () => {
  it('shows its keys, and goes from page to page', async () => {
    const { url } = await served()
    const page = await browser.open(`${url}/admin`)
    await page.getByText('Healthy').waitFor()
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keys' })
    await dialog.getByText('Go to Catalog').waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.waitForURL('**/admin/catalog')
  })
})

describe('a narrow screen', { timeout: 90_000 }, () => {
  it('has the navigation behind a button, and nothing wider than 375 pixels', async () => {
    const { url } = await served()
    const page = await browser.open(`${url}/admin`, { viewport: { width: 375, height: 700 } })
    await page.getByText('Healthy').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
    await page.getByRole('button', { name: 'Open the navigation' }).click()
    await page.getByRole('link', { name: 'Servers', exact: true }).click()
    await page.waitForURL('**/admin/servers')
    await page.getByRole('button', { name: 'Open the navigation' }).waitFor()
  })
})
