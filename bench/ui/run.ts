import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { launchChromium } from '../../tests/support/chromium.ts'
import { Services } from '../wire/services.ts'
import { seed } from './seed.ts'

/**
 * What the admin UI is like over a large catalog:
 * `node bench/ui/run.ts [--tools 100000] [--servers 1000]`. Long tasks are those of the page that
 * took 50 ms or more while somebody typed; previews are timed as the page asks for them.
 */

const { values } = parseArgs({
  options: {
    tools: { type: 'string', default: '100000' },
    servers: { type: 'string', default: '1000' },
  },
})

/** Between two letters, in ms: somebody who types fast. */
const LETTER_MS = 70
const MOST_TASK_MS = 100
const MOST_PREVIEW_MS = 300
const ROUNDS = 7

const FILTERS = [
  'true',
  "'finance' in tags",
  "'finance' in tags && !deprecated",
  "startsWith(name, 'legal_') && annotations.readOnlyHint == true",
  "'invoice' in name",
  "name =~ '^(sales|ops)_.*_report_' && !('delete' in tags)",
  "$.tags[?(@ == 'risk')]",
]

const OBSERVE = `window.tasks = []; new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) window.tasks.push(duration)
}).observe({ type: 'longtask' })`

async function longTasks(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate('window.tasks.length = 0')
  await act()
  await page.waitForTimeout(1_500)
  return page.evaluate('window.tasks')
}

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]!
const ms = (value: number) => `${value.toFixed(0).padStart(5)} ms`

let failures = 0
function report(what: string, value: number, most: number, more = ''): void {
  const isOver = value > most
  if (isOver) failures++
  console.log(`${what.padEnd(72)} ${ms(value)} ${isOver ? `OVER ${most} ms` : 'ok'} ${more}`)
}

async function timePreviews(url: string): Promise<void> {
  for (const filter of FILTERS) {
    const rules = [{ type: 'tool', filter, include_federated: true }]
    const body = JSON.stringify({ definition: { name: 'bench', rules } })
    const times: number[] = []
    for (let i = 0; i < ROUNDS; i++) {
      const start = performance.now()
      const response = await fetch(`${url}/dynamic/preview?limit=100`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${filter}: ${text}`)
      times.push(performance.now() - start)
    }
    const most = ms(Math.max(...times)).trim()
    report(
      `preview of ${filter}`,
      median(times),
      MOST_PREVIEW_MS,
      `first ${ms(times[0]!).trim()}, most ${most}`,
    )
  }
}

async function typeIn(page: Page, what: string, type: () => Promise<void>): Promise<void> {
  const tasks = await longTasks(page, type)
  const most = Math.max(0, ...tasks)
  report(`longest task: ${what}`, most, MOST_TASK_MS, `${tasks.length} over 50 ms`)
}

const services = new Services()
const browser = await launchChromium()
try {
  const [tools, servers] = [Number(values.tools), Number(values.servers)]
  mkdirSync(join(services.folder, 'data'))
  await seed(join(services.folder, 'data/facet.db'), tools, servers)
  const { url } = await services.facet()
  console.log(`${tools} tools, ${servers} servers`)
  await timePreviews(url)
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } })
  await page.addInitScript(OBSERVE)

  await page.goto(`${url}/admin/servers/new`)
  await page.getByText('Filter', { exact: true }).click()
  const editor = page.getByRole('textbox', { name: 'Filter' })
  for (const filter of FILTERS.slice(1)) {
    await editor.fill('')
    await typeIn(page, `typing ${filter}`, () =>
      editor.pressSequentially(filter, { delay: LETTER_MS }),
    )
  }
  await page.goto(`${url}/admin/servers/server-7`)
  await page.getByRole('heading', { name: 'Preview' }).waitFor()
  await typeIn(page, 'typing the name of a server', () =>
    page.getByRole('textbox', { name: 'Name' }).pressSequentially(' more', { delay: LETTER_MS }),
  )
  await page.goto(`${url}/admin/catalog`)
  await page.getByText('in all').waitFor()
  await typeIn(page, 'searching the catalog', () =>
    page
      .getByRole('textbox', { name: 'Search' })
      .pressSequentially('invoice', { delay: LETTER_MS }),
  )
  await page.goto(`${url}/admin/servers`)
  await page.getByText('server-0', { exact: true }).waitFor()
  await typeIn(page, 'searching the servers', () =>
    page
      .getByRole('textbox', { name: 'Search servers' })
      .pressSequentially('server 77', { delay: LETTER_MS }),
  )
} finally {
  await browser.close()
  await services.stop()
}
process.exitCode = failures > 0 ? 1 : 0
