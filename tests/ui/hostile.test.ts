import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'

const browser = withBrowser()

const MARKUP = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
const BIDI = '\u202eteerg\u202c \u2066'
const LONG = 'verylong'.repeat(200)
const HOSTILE = `${MARKUP}${BIDI}${LONG}`

/** What others wrote, everywhere it can be written. */
async function poisoned(): Promise<TestFacet> {
  const facet = await startFacet({ listen: true })
  const { ok } = facet
  const handler = { type: 'http', url: 'https://api.example.com/x' }
  const inputSchema = {
    type: 'object',
    properties: { q: { type: 'string', title: MARKUP, description: HOSTILE } },
  }
  await ok('POST', '/tools', {
    name: 'pay',
    title: HOSTILE.slice(0, 250),
    description: HOSTILE,
    tags: [LONG.slice(0, 60)],
    inputSchema,
    handler,
  })
  await ok('POST', '/resources', { uri: 'test://x', name: HOSTILE.slice(0, 250), text: 'x' })
  await ok('POST', '/dynamic', {
    id: 'bad',
    name: HOSTILE.slice(0, 250),
    description: HOSTILE,
    admission: 'review',
    rules: [{ type: 'tool', filter: 'true' }],
  })
  await ok('POST', '/tools', { name: 'later', description: HOSTILE, handler })
  await ok('POST', '/users', { id: 'eve', name: HOSTILE.slice(0, 250), groups: [MARKUP] })
  await ok('POST', '/policies', {
    id: 'p',
    effect: 'deny',
    description: HOSTILE.slice(0, 1_000),
    who: `'${LONG.slice(0, 300)}' in caller.groups`,
    what: 'true',
  })
  await ok('POST', '/guards', {
    id: 'g',
    kind: 'arguments',
    what: 'true',
    max_chars: 10,
    description: HOSTILE.slice(0, 1_000),
  })
  return facet
}

/** Addresses of every page, each with a text that shows it is there. */
const PAGES: readonly (readonly [path: string, shown: string | RegExp])[] = [
  ['', 'Healthy'],
  ['/catalog', 'pay'],
  ['/catalog?type=resource', 'verylong'],
  ['/servers', 'bad'],
  ['/servers/new', 'Add a rule'],
  ['/servers/bad', 'Add a rule'],
  ['/servers/bad/access', 'Who sees its entries'],
  ['/servers/bad/connect', 'Address of the MCP endpoint'],
  ['/servers/bad/playground', 'Tools'],
  ['/servers/bad/review', 'Approve'],
  ['/servers/bad/history', 'Version 1'],
  ['/sources', 'There is no source yet'],
  ['/explain?server=bad&name=pay', 'enabled'],
  ['/access', 'eve'],
  ['/access?user=eve', 'Keys'],
  ['/access/policies', 'verylong'],
  ['/access/guards', 'at most 10 characters'],
  ['/access/test', 'Choose who asks'],
  ['/events', 'manage'],
  ['/events/usage', 'Usage'],
]

/** What is wider than the page, as a hint at what to mend. */
const WIDER = `[...document.querySelectorAll('body *')]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 3).map((each) => each.outerHTML.slice(0, 120))`

async function expectInert(page: Page): Promise<void> {
  expect(await page.evaluate('window.owned')).toBeUndefined()
  expect(await page.title()).not.toMatch(/\p{Cf}/u)
  expect(await page.locator('img[src="x"]').count()).toBe(0)
}

describe('hostile names and descriptions', { timeout: 180_000 }, () => {
  it('are plain text on every page, and make none wider than 375 pixels', async () => {
    const { url } = await poisoned()
    const page = await browser.open(`${url}/admin`, { viewport: { width: 375, height: 740 } })
    const tooWide: unknown[] = []
    for (const [path, shown] of PAGES) {
      await page.goto(`${url}/admin${path}`)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await page.getByText(shown).filter({ visible: true }).first().waitFor()
      await expectInert(page)
      const width = await page.evaluate('document.documentElement.scrollWidth')
      if (width !== 375) tooWide.push([path, width, await page.evaluate(WIDER)])
      if (process.env.LOOK) {
        const name = path.replace(/[^a-z]+/g, '-') || 'home'
        await page.screenshot({ path: `reports/ui/narrow${name}.png` })
      }
    }
    expect(tooWide).toEqual([])
  })

  it('leave the pages accessible that no other test looks at', async () => {
    const { url } = await poisoned()
    const page = await browser.open(`${url}/admin`, { viewport: { width: 375, height: 740 } })
    for (const path of ['/servers', '/servers/bad/review', '/sources', '/access/test', '/none']) {
      await page.goto(`${url}/admin${path}`)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' })
      await expectAccessible(page)
    }
  })
})
