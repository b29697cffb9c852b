import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { userWithKey, WITH_ADMIN } from '../support/accounts.ts'
import { withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'

const browser = withBrowser()

/** Browsers say in the console what they refuse; that is what these tests are about. */
const expected = /CORS|frame|Refused|blocked|Failed to load|Cross-Origin/i

/** A page of somebody else, on this machine too: other ports are other origins of the same site. */
async function elsewhere(): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Elsewhere</title><body></body>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** What a fetch of that page comes to: what it could read, or that it could read nothing. */
function fetched(page: Page, url: string, init: object = {}): Promise<unknown> {
  return page.evaluate(
    async ([address, options]) => {
      const answer = await fetch(address as string, options as RequestInit).catch(() => 'refused')
      return typeof answer === 'string' ? answer : [answer.type, answer.status, await answer.text()]
    },
    [url, { credentials: 'include', ...init }] as const,
  )
}

/** Scripts of that page. A form can say JSON, too, if nobody looks at what type it says it is. */
const submitted = (address: string) => `{
  const form = document.createElement('form')
  Object.assign(form, { action: '${address}', method: 'post', enctype: 'text/plain' })
  const field = document.createElement('input')
  field.name = '{"name":"owned","rules":[{"type":"tool","filter":"true"}],"description":"'
  field.value = '"}'
  form.append(field)
  document.body.append(form)
  form.submit()
}`

const inFrame = (address: string) => `new Promise((resolve) => {
  const frame = document.createElement('iframe')
  frame.src = '${address}'
  frame.onload = () => resolve()
  document.body.append(frame)
})`

const inWindow = (address: string) => `new Promise((resolve) => {
  const other = window.open('${address}')
  setTimeout(() => resolve(other === null || other.closed), 1500)
})`

const BODY = JSON.stringify({ name: 'owned', rules: [{ type: 'tool', filter: 'true' }] })

describe('a page of another origin', { timeout: 90_000 }, () => {
  it.each([
    ['while everybody on this machine may come in', false],
    ['in a browser that is signed in', true],
  ])('can neither read nor act, %s', async (_, isSignedIn) => {
    const facet = await startFacet({ ...(isSignedIn ? WITH_ADMIN : {}), listen: true })
    const { url } = facet
    const page = await browser.open(`${url}/admin`, { expected })
    if (isSignedIn) {
      const { key } = await userWithKey(facet, 'ada', ['admin'])
      await page.getByLabel('API key or admin token').fill(key)
      await page.keyboard.press('Enter')
    }
    await page.getByText('Healthy').waitFor()
    await page.goto(await elsewhere())

    expect(await fetched(page, `${url}/dynamic`)).toBe('refused')
    expect(await fetched(page, `${url}/admin`)).toBe('refused')
    const plain = { method: 'POST', mode: 'no-cors', body: BODY }
    await fetched(page, `${url}/dynamic`, plain)
    const typed = { method: 'POST', body: BODY, headers: { 'content-type': 'application/json' } }
    expect(await fetched(page, `${url}/dynamic`, typed)).toBe('refused')
    expect(await fetched(page, `${url}/sources/up`, { method: 'DELETE' })).toBe('refused')

    await page.evaluate(submitted(`${url}/dynamic`))
    await page.waitForURL(`${url}/dynamic`)
    expect(await page.textContent('body')).toMatch(/forbidden_origin|unauthorized|unsupported/)

    const { servers } = await facet.ok<{ servers: unknown[] }>('GET', '/dynamic')
    expect(servers).toEqual([])
  })

  it('cannot frame the UI, nor reach into a window of it', async () => {
    const { url } = await startFacet({ listen: true })
    const page = await browser.open(await elsewhere(), { expected })
    await page.evaluate(inFrame(`${url}/admin`))
    const framed = page.frames().find((frame) => frame !== page.mainFrame())!
    expect(await framed.getByText('Facet').count()).toBe(0)
    const [opened, held] = await Promise.all([
      page.context().waitForEvent('page'),
      page.evaluate(inWindow(`${url}/admin`)),
    ])
    expect(held).toBe(true)
    await opened.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  })
})
