import { describe, expect, it } from 'vitest'
import { withBrowser } from '../../support/browser.ts'
import { startAcme } from './acme.ts'
import { enter } from './door.ts'
import { pages } from './rows/acme.ts'
import { visit } from './visit.ts'

const browser = withBrowser()

describe('the pages of a service in use', { timeout: 600_000 }, () => {
  it('are accessible, and usable at 375 pixels, in every state', async () => {
    const { facet, admin } = await startAcme()
    const page = await browser.open(`${facet.url}/admin`)
    await enter(page, admin.key)
    expect(await visit(page, pages)).toEqual([])
  })
})
