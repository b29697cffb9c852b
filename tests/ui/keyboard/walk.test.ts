import { describe, it } from 'vitest'
import { withBrowser } from '../../support/browser.ts'
import { startFacet } from '../../support/facet.ts'
import { expectAllReachable } from '../../support/keyboard.ts'

const browser = withBrowser()
const handler = { type: 'http', url: 'https://api.example.com/x' }

/** Pages, and a text that each has once it is there. */
const PAGES = [
  ['', 'Recent changes'],
  ['/catalog', 'That is all.'],
  ['/servers', 'Made by'],
  ['/servers/new', 'Tools 2'],
  ['/servers/money', 'Tools 2'],
  ['/servers/money/access', 'Who sees its entries'],
  ['/servers/money/connect', 'Address of the MCP endpoint'],
  ['/servers/money/playground', 'pay_invoice'],
  ['/servers/money/review', 'This server lets entries in'],
  ['/servers/money/history', 'Version 2'],
  ['/sources', 'There is no source yet'],
  ['/explain', 'Choose a server and type'],
  ['/access', 'Ada'],
  ['/access/policies', 'risk-reads'],
  ['/access/guards', 'few-calls'],
  ['/access/test', 'Choose who asks'],
  ['/events', 'manage'],
  ['/events/usage', 'Last week'],
  ['/nowhere', 'This address leads to no page'],
] as const

describe('every page of the admin UI', { timeout: 180_000 }, () => {
  it('has Tab come to all that can be operated, with a name and a ring, and round to where it began', async () => {
    const { url, ok } = await startFacet({ listen: true })
    for (const name of ['list_invoices', 'pay_invoice']) {
      await ok('POST', '/tools', { name, handler })
    }
    const rules = [{ type: 'tool', filter: 'true' }]
    await ok('POST', '/dynamic', { id: 'money', name: 'Money', admission: 'review', rules })
    await ok('PATCH', '/dynamic/money', { admission: 'auto' })
    await ok('POST', '/users', { id: 'ada', name: 'Ada' })
    await ok('POST', '/policies', { id: 'risk-reads', effect: 'allow', who: 'true', what: 'true' })
    const guard = { id: 'few-calls', kind: 'rate', what: 'true', limit: 9, per_seconds: 9 }
    await ok('POST', '/guards', guard)
    const page = await browser.open('about:blank')
    for (const [path, text] of PAGES) {
      await page.goto(`${url}/admin${path}`)
      await page.getByText(text).filter({ visible: true }).first().waitFor()
      await expectAllReachable(page)
    }
  })
})
