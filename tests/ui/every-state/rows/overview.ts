import type { State } from '../state.ts'

export const OVERVIEW: readonly State[] = [
  { name: 'overview', at: '', see: 'Healthy', picture: 'overview' },
  {
    name: 'navigation on a narrow screen',
    at: '/',
    see: 'Healthy',
    narrowly: (page) => page.getByRole('button', { name: 'Open the navigation' }).click(),
    spoils: true,
  },
  {
    name: 'keys',
    at: '/',
    reach: async (page) => {
      // A page hears keys once it is drawn.
      await page.getByText('Healthy').waitFor()
      await page.keyboard.press('?')
    },
    see: 'Go to Catalog',
    spoils: true,
  },
  { name: 'page that is not there', at: '/none', see: 'This address leads to no page' },
]
