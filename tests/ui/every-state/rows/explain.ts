import type { State } from '../state.ts'

export const EXPLAIN: readonly State[] = [
  { name: 'explain', at: '/explain', see: 'Choose a server and type' },
  {
    name: 'explain, choice of a server',
    at: '/explain',
    reach: (page) => page.getByRole('combobox', { name: 'Server' }).click(),
    see: 'engineering',
  },
  {
    name: 'explain why an entry is out',
    at: '/explain?server=finance&name=search_contracts',
    see: 'To let it in',
    picture: 'explain',
  },
  {
    name: 'explain why an entry is in',
    at: '/explain?server=engineering&name=list_issues',
    see: 'passed',
  },
  {
    name: 'explain through the eyes of a user',
    at: '/explain?server=finance&name=pay_invoice',
    reach: async (page) => {
      await page.getByText('A user', { exact: true }).click()
      await page.getByRole('combobox', { name: 'User' }).click()
      await page.getByRole('option', { name: 'ada' }).click()
      await page
        .getByText(/does not apply/)
        .first()
        .waitFor()
    },
    see: 'stopped here',
  },
  {
    name: 'explain through the eyes of somebody made up',
    at: '/explain?server=finance&name=pay_invoice',
    reach: (page) => page.getByText('Made up', { exact: true }).click(),
    see: 'Attributes',
  },
  {
    name: 'explain an entry whose name is half typed',
    at: '/explain?server=finance',
    reach: (page) => page.getByRole('textbox', { name: 'Entry' }).fill('pay_inv'),
    see: 'No entry is called “pay_inv” so far.',
  },
  {
    name: 'explain an entry that is not there',
    at: '/explain?server=finance&name=none',
    see: /^Code: /,
  },
]
