import type { State } from '../state.ts'

/** Every page again, where others wrote whatever they like. */
export const HOSTILE: readonly State[] = [
  { name: 'overview', at: '', see: 'Healthy' },
  { name: 'catalog', at: '/catalog', see: 'pay' },
  { name: 'catalog of resources', at: '/catalog?type=resource', see: 'verylong' },
  {
    name: 'entry',
    at: '/catalog',
    reach: async (page) => {
      await page.getByRole('button', { name: 'pay' }).click()
      const drawer = page.getByRole('dialog')
      await drawer.getByText('As JSON Schema').click()
      await drawer.getByLabel('Deprecated').check()
      await drawer.getByText(/^(?:What servers|No server) would show/).waitFor()
      await drawer.getByRole('button', { name: 'Look at every server' }).click()
      await drawer.getByRole('link', { name: 'bad' }).waitFor()
    },
    see: 'Which servers show this',
  },
  { name: 'servers', at: '/servers', see: 'verylong' },
  { name: 'new server', at: '/servers/new', see: 'Add a rule' },
  { name: 'builder', at: '/servers/bad', see: 'Add a rule' },
  { name: 'access of a server', at: '/servers/bad/access', see: 'Who sees its entries' },
  { name: 'connect', at: '/servers/bad/connect', see: 'Address of the MCP endpoint' },
  {
    name: 'playground',
    at: '/servers/bad/playground',
    reach: (page) => page.getByRole('button', { name: 'pay' }).click(),
    see: 'Call',
  },
  { name: 'review', at: '/servers/bad/review', see: 'Approve' },
  {
    name: 'history',
    at: '/servers/bad/history',
    reach: (page) => page.getByRole('button', { name: 'Compare with' }).first().click(),
    see: /^instructions: /,
  },
  { name: 'sources', at: '/sources', see: 'verylong' },
  { name: 'explain', at: '/explain?server=bad&name=pay', see: 'enabled' },
  { name: 'users', at: '/access', see: 'eve' },
  { name: 'user with a key', at: '/access?user=eve', see: 'Keys' },
  {
    name: 'key about to be revoked',
    at: '/access?user=eve',
    reach: (page) => page.getByRole('button', { name: /^Revoke/ }).click(),
    see: 'is shut out at once',
  },
  { name: 'policies', at: '/access/policies', see: 'verylong' },
  { name: 'policy', at: '/access/policies?policy=p', see: 'A deny outranks every allow.' },
  { name: 'guards', at: '/access/guards', see: 'at most 10 characters' },
  { name: 'guard', at: '/access/guards?guard=g', see: 'Most characters' },
  {
    name: 'test as a user, and why',
    at: '/access/test?server=bad',
    reach: async (page) => {
      await page.getByRole('combobox', { name: 'User' }).click()
      await page.getByRole('option', { name: 'eve' }).click()
      await page.getByRole('button', { name: 'Why: pay' }).click()
    },
    see: /deny (?:applies|does not apply)/,
  },
  { name: 'events', at: '/events', see: 'manage' },
  { name: 'usage', at: '/events/usage', see: /^(?:Calls|Nobody called)/ },
]
