import { describe, expect, it } from 'vitest'
import { withBrowser } from '../../support/browser.ts'
import { startFacet } from '../../support/facet.ts'
import { startAcme } from './acme.ts'
import { enter } from './door.ts'
import { interrupt } from './interrupt.ts'
import { INTERRUPTED } from './rows/interrupted.ts'
import { DOOR, EMPTY, OPEN_DOOR, VIEWER } from './rows/others.ts'
import { visit } from './visit.ts'

const browser = withBrowser()

describe('accessible, and usable at 375 pixels,', { timeout: 600_000 }, () => {
  it('is a service before anything is set up', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin`)
    const found = await visit(page, EMPTY)
    await ok('POST', '/users', { id: 'guest', name: 'Guest', roles: ['client'] })
    expect([...found, ...(await visit(page, OPEN_DOOR))]).toEqual([])
  })

  it('are the door, what a viewer sees, and pages that wait or fail', async () => {
    const { facet, admin, viewer } = await startAcme()
    const outside = await browser.open(`${facet.url}/admin`)
    const found = await visit(outside, DOOR)
    await outside.goto(`${facet.url}/admin`)
    await enter(outside, viewer.key)
    found.push(...(await visit(outside, VIEWER)))
    const page = await browser.open(`${facet.url}/admin`)
    await enter(page, admin.key)
    expect([...found, ...(await interrupt(page, INTERRUPTED))]).toEqual([])
  })
})
