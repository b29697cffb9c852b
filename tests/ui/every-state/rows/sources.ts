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
