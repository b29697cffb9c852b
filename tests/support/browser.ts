import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { launchChromium } from './chromium.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Where pictures go: into the guide when it is asked to be drawn anew. */
const PICTURES = join(ROOT, process.env.UPDATE_IMAGES ? 'docs/images' : 'reports/ui')

/** What pages showed when a test failed. */
const FAILED = join(ROOT, 'reports/failed')

export interface OpenOptions extends BrowserContextOptions {
  /** Errors of the page that the test is about. */
  readonly expected?: RegExp
}

export interface AdminBrowser {
  /** A page of its own, with cookies and storage of its own, closed when the test ends. */
  open(url: string, options?: OpenOptions): Promise<Page>
}

/**
 * A browser for the tests of a file, and the admin UI built as it is now. A test fails when its page
 * breaks the content security policy, throws, or logs an error.
 */
export function withBrowser(): AdminBrowser {
  let browser: Browser | undefined
  beforeAll(async () => {
    const script = join(ROOT, 'scripts/build-admin.ts')
    const { stderr } = spawnSync(process.execPath, [script, '--if-stale'], { encoding: 'utf8' })
    // Without it the tests would be about the UI that was built before.
    if (stderr.includes('was not built')) throw new Error(stderr)
    browser = await launchChromium()
  }, 120_000)
  afterAll(() => browser?.close())
  return {
    async open(url, { expected, ...options } = {}) {
      const context = await browser!.newContext({
        viewport: { width: 1200, height: 800 },
        reducedMotion: 'reduce',
        ...options,
      })
      context.setDefaultTimeout(15_000)
      const page = await context.newPage()
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(error.message))
      page.on('console', (message) => {
        const text = message.text()
        // A refused request is logged by the browser too; what the page makes of it is tested.
        const isNoise = message.type() !== 'error' || text.startsWith('Failed to load resource')
        if (!isNoise && !expected?.test(text)) errors.push(text)
      })
      onTestFinished(async ({ task }) => {
        if (task.result?.state === 'fail') await tellShown(page, task.name)
        await context.close()
        expect(errors).toEqual([])
      })
      await page.goto(url)
      return page
    },
  }
}

/** What a page shows as something about it fails: as text in the output, and as a picture. */
export async function tellShown(page: Page, what: string): Promise<void> {
  try {
    const shown = await page.locator('body').ariaSnapshot({ timeout: 5000 })
    console.error(`${page.url()}\n${shown.slice(0, 6000)}`)
    await page.screenshot({ path: join(FAILED, `${what.replace(/\W+/g, '-').slice(0, 100)}.png`) })
  } catch (error) {
    console.error(`The page cannot be shown any more: ${(error as Error).message}`)
  }
}

/** Fails when axe finds anything on the page, in light or in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    let { violations } = await new AxeBuilder({ page }).analyze()
    if (violations.length > 0) {
      // Colours may be on their way from one scheme to the other; what is wrong stays wrong.
      await page.waitForTimeout(1000)
      violations = (await new AxeBuilder({ page }).analyze()).violations
    }
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${colorScheme} ${id}: ${html}\n${failureSummary}`),
    )
    expect(found).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}

/** A picture for the guide, or for looking at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
}
