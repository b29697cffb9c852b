import type { Interrupted } from '../state.ts'

const save = { name: 'Save', exact: true }

/** Every page, while it waits and when what it waited for failed. */
export const INTERRUPTED: readonly Interrupted[] = [
  { at: '', held: /^\/stats$/ },
  { at: '/catalog', held: /^\/tools$/ },
  { at: '/catalog?entry=any', held: /^\/tools\/any$/ },
  { at: '/servers', held: /^\/dynamic$/ },
  { at: '/servers/new', held: /^\/dynamic\/preview$/ },
  { at: '/servers/finance', held: /^\/dynamic\/finance$/ },
  { at: '/servers/finance/rules', held: /^\/dynamic\/finance\/preview$/ },
  {
    at: '/servers/finance/access',
    held: /^\/dynamic\/finance$/,
    // Shown at once: what is held is saving it.
    meanwhile: 'Who sees its entries',
    reach: async (page) => {
      await page.getByRole('combobox', { name: 'Owner' }).fill('ada')
      await page.getByRole('heading', { level: 1 }).click()
      await page.getByRole('button', save).click()
    },
  },
  { at: '/servers/finance/connect', held: /^\/dynamic\/finance\/clients$/ },
  { at: '/servers/engineering/playground', held: /^\/dynamic\/engineering\/mcp$/ },
  { at: '/servers/finance/review', held: /^\/dynamic\/finance\/pending$/ },
  { at: '/servers/finance/history', held: /^\/dynamic\/finance\/versions$/ },
  { at: '/sources', held: /^\/sources$/ },
  { at: '/explain?server=finance&name=pay_invoice', held: /^\/dynamic\/finance\/explain$/ },
  { at: '/access', held: /^\/users$/ },
  { at: '/access/users?user=ada', held: /^\/users\/ada/ },
  { at: '/access/policies', held: /^\/policies$/ },
  { at: '/access/policies?policy=no-writes', held: /^\/policies\/no-writes$/ },
  { at: '/access/guards', held: /^\/guards$/ },
  { at: '/access/guards?guard=slow-down', held: /^\/guards\/slow-down$/ },
  {
    at: '/access/test?server=finance',
    held: /^\/dynamic\/finance\/tools$/,
    reach: async (page) => {
      await page.getByRole('combobox', { name: 'User' }).click()
      await page.getByRole('option', { name: 'ada' }).click()
    },
  },
  { at: '/events', held: /^\/events$/ },
  { at: '/events/usage', held: /^\/usage$/ },
]
