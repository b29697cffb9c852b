import type { Page, Route } from 'playwright-core'

export interface HeldRequest {
  /** Settles when the page has asked. */
  readonly asked: Promise<void>
  /** Hands the page the answer. */
  release(): void
}

/**
 * Keeps back the answer to the next request of a page. The service is asked at once: what the page
 * gets in the end is what was so then.
 */
export async function holdAnswer(page: Page, method: string, path: string): Promise<HeldRequest> {
  const asked = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  let isTaken = false
  const isMeant = (url: URL) => url.pathname === path
  await page.route(isMeant, async (route: Route) => {
    if (isTaken || route.request().method() !== method) return route.continue()
    isTaken = true
    const response = await route.fetch()
    asked.resolve()
    await released.promise
    // The page may have given the request up meanwhile.
    await route.fulfill({ response }).catch(() => undefined)
  })
  return { asked: asked.promise, release: released.resolve }
}

/** Has every request to an address fail from now on, until the function it gives is called. */
export async function cutOff(page: Page, path: string): Promise<() => Promise<void>> {
  const isMeant = (url: URL) => url.pathname === path
  await page.route(isMeant, (route) => route.abort())
  return () => page.unroute(isMeant)
}
