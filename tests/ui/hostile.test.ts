import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { withBrowser } from '../support/browser.ts'
import { startFacet, type TestFacet } from '../support/facet.ts'
import { enter } from './every-state/door.ts'
import { HOSTILE as STATES } from './every-state/rows/hostile.ts'
import { visit } from './every-state/visit.ts'

const browser = withBrowser()

const MARKUP = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
const BIDI = '\u202eteerg\u202c \u2066'
const LONG = 'verylong'.repeat(200)
const HOSTILE = `${MARKUP}${BIDI}${LONG}`

/** What others wrote, everywhere it can be written. */
async function poisoned(): Promise<TestFacet> {
  const facet = await startFacet({ ...WITH_ADMIN, listen: true })
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
  await ok('PATCH', '/dynamic/bad', { instructions: HOSTILE })
  await ok('POST', '/tools', { name: 'later', description: HOSTILE, handler })
  await ok('POST', '/users', { id: 'eve', name: HOSTILE.slice(0, 250), groups: [MARKUP] })
  await ok('POST', '/users/eve/keys', { name: HOSTILE.slice(0, 250) })
  await ok('POST', '/sources', {
    id: 'away',
    description: HOSTILE.slice(0, 1_000),
    enabled: false,
    transport: { type: 'http', url: `https://mcp.example.com/${LONG}` },
  })
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

/** What others wrote has done nothing to the page. */
async function acted(page: Page): Promise<string[]> {
  const [title, owned, images] = [
    await page.title(),
    await page.evaluate('window.owned'),
    await page.locator('img[src="x"]').count(),
  ]
  return [
    ...(owned === undefined ? [] : ['a script of theirs ran']),
    ...(images === 0 ? [] : ['markup of theirs is part of the page']),
    ...(/\p{Cf}/u.test(title) ? ['the title is turned around'] : []),
  ]
}

describe('hostile names and descriptions', { timeout: 300_000 }, () => {
  it('are plain text in every state, and leave it accessible and usable at 375 pixels', async () => {
    const facet = await poisoned()
    const { key } = await userWithKey(facet, 'boss', ['admin'])
    const page = await browser.open(`${facet.url}/admin`)
    await enter(page, key)
    expect(await visit(page, STATES, acted)).toEqual([])
  })
})
