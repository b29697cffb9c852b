import type { State } from '../state.ts'

export const CATALOG: readonly State[] = [
  { name: 'catalog', at: '/catalog', see: 'list_invoices', picture: 'catalog' },
  { name: 'catalog of templates', at: '/catalog?type=resource_template', see: 'github' },
  { name: 'catalog, nothing fits', at: '/catalog?q=zzz', see: 'No entry fits' },
  {
    name: 'catalog, filter with a mistake',
    at: "/catalog?filter='legal' in tgs",
    see: 'Nothing is listed until the filter is right.',
  },
  {
    name: 'catalog, choice of a tag',
    at: '/catalog',
    reach: (page) => page.getByRole('combobox', { name: 'Tag' }).click(),
    see: 'engineering',
  },
  {
    name: 'catalog, choice of a state',
    at: '/catalog',
    reach: (page) => page.getByRole('combobox', { name: 'State' }).click(),
    see: 'Disabled',
  },
  {
    name: 'catalog, several selected and their impact',
    at: '/catalog?tag=finance',
    reach: async (page) => {
      await page.getByRole('checkbox', { name: 'Select all that are shown' }).check()
      await page.getByLabel('Remove tags').first().fill('finance')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1 }).click()
      await page.getByRole('button', { name: 'Show the impact' }).click()
    },
    see: 'What servers would show',
  },
  {
    name: 'entry',
    at: '/catalog',
    reach: (page) => page.getByRole('button', { name: 'list_issues' }).click(),
    see: 'Owner and name, such as acme/website',
  },
  {
    name: 'entry with an impact, and the servers that show it',
    at: '/catalog?q=search_contracts',
    reach: async (page) => {
      await page.getByRole('button', { name: 'search_contracts' }).click()
      const drawer = page.getByRole('dialog')
      await drawer.getByLabel('Tags', { exact: true }).first().fill('finance')
      await page.keyboard.press('Enter')
      await drawer.getByRole('heading', { name: 'search_contracts' }).click()
      await drawer.getByText('What servers would show').waitFor()
      await drawer.getByText('As JSON Schema').click()
      await drawer.getByRole('button', { name: 'Look at every server' }).click()
      await drawer.getByRole('link', { name: 'finance' }).waitFor()
      await drawer.getByRole('heading', { name: 'search_contracts' }).scrollIntoViewIfNeeded()
    },
    see: 'What servers would show',
    picture: 'entry',
  },
  { name: 'entry that is not there', at: '/catalog?entry=tool_none', see: /^Code: / },
]
