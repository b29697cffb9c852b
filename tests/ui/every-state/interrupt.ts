import type { Page, Route } from 'playwright-core'
import { look } from './look.ts'
import type { Interrupted } from './state.ts'

const PROBLEM = {
  status: 500,
  contentType: 'application/problem+json',
  body: JSON.stringify({ code: 'internal', detail: 'Something went wrong on the service.' }),
}

/** Looks at pages while what they ask for is held, and when it is answered with a failure. */
export async function interrupt(page: Page, pages: readonly Interrupted[]): Promise<string[]> {
  const found: string[] = []
  for (const one of pages) {
    const name = `${one.at || '/'} `
    try {
      for (const wrong of await lookTwice(page, one)) found.push(name + wrong)
    } catch (error) {
      found.push(`${name}: not reached: ${(error as Error).message}`)
    }
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  }
  return found
}

async function lookTwice(page: Page, one: Interrupted): Promise<string[]> {
  const { at, held, reach, meanwhile, then = 'That did not work' } = one
  const waiting: Route[] = []
  let isOver = false
  await page.goto(new URL('/admin/nothing', page.url()).href)
  const hold = () =>
    page.route(
      ({ pathname }) => held.test(pathname),
      (route) => {
        if (isOver) return route.fulfill(PROBLEM)
        waiting.push(route)
      },
    )
  if (!meanwhile) await hold()
  await page.goto(new URL(`/admin${at}`, page.url()).href)
  if (meanwhile) {
    await page.getByText(meanwhile).first().waitFor()
    await hold()
  }
  await reach?.(page)
  const loading = page.getByRole('status', { name: 'Loading' })
  await (meanwhile ? page.getByText(meanwhile) : loading).first().waitFor()
  const found = (await look(page, { name: `${at} while it waits`, at, see: '' })).map(
    (each) => `waits: ${each}`,
  )
  isOver = true
  for (const route of waiting) await route.fulfill(PROBLEM)
  await page.getByText(then).filter({ visible: true }).first().waitFor()
  found.push(
    ...(await look(page, { name: `${at} failed`, at, see: '' })).map((each) => `failed: ${each}`),
  )
  return found
}
