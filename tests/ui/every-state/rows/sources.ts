import type { State } from '../state.ts'

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
    name: 'new source with a header twice, and a secret written out',
    at: '/sources',
    reach: async (page) => {
      const add = page.getByRole('button', { name: 'Add', exact: true })
      await page.getByRole('button', { name: 'Add a source' }).click()
      await page.getByRole('textbox', { name: 'Id' }).fill('half')
      await page.getByRole('textbox', { name: 'Address' }).fill('https://mcp.example.com/mcp')
      for (const row of [1, 2]) {
        await page.getByRole('button', { name: 'Add a header' }).click()
        await page.getByLabel(`Value ${row}`).fill('written-out')
      }
      await page.getByRole('textbox', { name: 'Header 1' }).fill('Authorization')
      await page.getByRole('textbox', { name: 'Header 2' }).fill('X-Token')
      await add.click()
      await page.getByText('Code: literal_secret').waitFor()
      await page.getByRole('textbox', { name: 'Header 2' }).fill('Authorization')
    },
    see: 'This header is there already.',
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
