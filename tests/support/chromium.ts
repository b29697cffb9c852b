import { existsSync } from 'node:fs'
import packaged from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

/** Playwright's own browser where it has been downloaded, else the one that npm brings. */
export async function launchChromium(): Promise<Browser> {
  const own = chromium.executablePath()
  const executablePath = existsSync(own) ? own : await packaged.executablePath()
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
}
