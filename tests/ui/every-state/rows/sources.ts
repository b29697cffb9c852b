import type { Page } from 'playwright-core'
import type { State } from '../state.ts'

/** The form for a new source, with headers of these names. */
async function withHeaders(page: Page, names: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Add a source' }).click()
  await page.getByRole('textbox', { name: 'Id' }).fill('half')
  await page.getByRole('textbox', { name: 'Address' }).fill('https://mcp.example.com/mcp')
  for (const [i, name] of names.entries()) {
    await page.getByRole('button', { name: 'Add a header' }).click()
    await page.getByRole('textbox', { name: `Header ${i + 1}` }).fill(name)
    await page.getByLabel(`Value ${i + 1}`).fill('written-out')
  }
}

export const SOURCES: readonly State[] = [
  { name: 'sources', at: '/sources', see: 'Sign in at', picture: 'sources' },
  {
    name: 'source that was listed again',
    at: '/sources',
    reach: (page) => page.getByRole('button', { name: 'Sync now: github' }).click(),
    see: '0 added, 0 changed, 0 removed',
  },
  {
    name: 'source that could not be listed again',
    at: '/sources',
    reach: (page) => page.getByRole('button', { name: 'Sync now: warehouse' }).click(),
    see: 'That did not work',
  },
  {
    name: 'new source that is not accepted',
    at: '/sources',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Add a source' }).click()
      await page.getByRole('textbox', { name: 'Id' }).fill('Not an id')
      await page.getByRole('textbox', { name: 'Address' }).fill('nowhere')
      await page.getByRole('button', { name: 'Add', exact: true }).click()
    },
    see: 'That did not work',
  },
  {
    name: 'new source with the same header twice',
    at: '/sources',
    reach: (page) => withHeaders(page, ['Authorization', 'authorization']),
    see: 'This header is there already.',
  },
  {
    name: 'new source with a secret written out',
    at: '/sources',
    reach: async (page) => {
      await withHeaders(page, ['Authorization', 'X-Token'])
      await page.getByRole('button', { name: 'Add', exact: true }).click()
    },
    see: 'Code: literal_secret',
  },
  {
    name: 'new source about to be dropped',
    at: '/sources',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Add a source' }).click()
      await page.getByRole('textbox', { name: 'Id' }).fill('half')
      await page.keyboard.press('Escape')
    },
    see: 'Go on writing',
  },
  {
    name: 'source with a header being changed',
    at: '/sources',
    reach: (page) => page.getByRole('button', { name: 'Change calendar' }).click(),
    see: 'Header 1',
  },
  {
    name: 'configuration that is not JSON',
    at: '/sources',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Add a source' }).click()
      await page.getByRole('tab', { name: 'Paste a configuration' }).click()
      await page.getByRole('textbox', { name: 'mcpServers JSON' }).fill('{ nonsense')
      await page.getByRole('button', { name: 'Import' }).click()
    },
    see: 'This is not JSON',
  },
]
