import { again } from '../again.ts'
import type { State } from '../state.ts'

export const SERVERS: readonly State[] = [
  { name: 'servers', at: '/servers', see: 'Engineering' },
  {
    name: 'servers, nothing fits',
    at: '/servers',
    reach: (page) => page.getByRole('textbox', { name: 'Search servers' }).fill('zzz'),
    see: 'No server fits',
  },
  { name: 'server that is not there', at: '/servers/none', see: 'Code: not_found' },
  {
    name: 'server with no such tab, which shows the first',
    at: '/servers/finance/none',
    see: 'Tools 3',
  },
  { name: 'access of a server', at: '/servers/finance/access', see: 'Who sees its entries' },
  {
    name: 'access of a server, choice of whom to share with',
    at: '/servers/finance/access',
    reach: async (page) => {
      await page.getByRole('combobox', { name: 'Shared with, to see all of it' }).fill('ada')
      await page.getByRole('option', { name: 'user:ada' }).waitFor()
    },
    see: 'user:ada',
  },
  { name: 'access of a server of a file', at: '/servers/legal/access', see: 'Written in a file' },
  {
    name: 'connect',
    at: '/servers/finance/connect',
    see: 'Address of the MCP endpoint',
    picture: 'connect',
  },
  {
    name: 'connect with VS Code',
    at: '/servers/finance/connect',
    reach: (page) => page.getByRole('tab', { name: 'VS Code' }).click(),
    see: 'Install in VS Code',
  },
  { name: 'connect to a draft', at: '/servers/risk/connect', see: 'This server is a draft' },
  { name: 'playground', at: '/servers/engineering/playground', see: 'list_issues' },
  {
    name: 'playground with a call and its messages',
    at: '/servers/engineering/playground',
    reach: async (page) => {
      await page.getByRole('button', { name: 'list_issues' }).click()
      await page.getByRole('textbox', { name: 'repo' }).fill('acme/website')
      await page.getByRole('button', { name: 'Call', exact: true }).click()
      await page
        .getByText(/list_issues got/)
        .first()
        .waitFor()
      await page
        .getByRole('region', { name: 'Messages' })
        .getByText(/tools\/call/)
        .first()
        .click()
    },
    see: 'Owner and name, such as acme/website',
  },
  {
    name: 'playground with a choice and a call that fails',
    at: '/servers/support/playground',
    reach: async (page) => {
      await page.getByRole('button', { name: 'update_customer' }).click()
      await page.getByRole('button', { name: 'Call', exact: true }).click()
    },
    see: 'The tool answered with an error',
  },
  {
    name: 'playground with a choice open',
    at: '/servers/engineering/playground',
    reach: async (page) => {
      await page.getByRole('button', { name: 'list_issues' }).click()
      await page.getByRole('combobox', { name: 'state' }).click()
    },
    narrowly: again('state'),
    see: 'closed',
  },
  {
    name: 'playground with a template that was read',
    at: '/servers/engineering/playground',
    reach: async (page) => {
      await page.getByRole('button', { name: 'file repo://{owner}/{name}/file/{path}' }).click()
      await page.getByRole('textbox', { name: 'path' }).fill('a-rather-long-name-of-a-file.md')
      await page.getByRole('button', { name: 'Read', exact: true }).click()
    },
    see: 'Result',
  },
  { name: 'playground of a draft', at: '/servers/risk/playground', see: 'This server is a draft' },
  { name: 'review with entries that wait', at: '/servers/support/review', see: 'refund_order' },
  { name: 'review without any', at: '/servers/finance/review', see: 'lets entries in as soon as' },
  { name: 'history', at: '/servers/finance/history', see: 'Version 1' },
  {
    name: 'history with a difference',
    at: '/servers/finance/history',
    reach: (page) =>
      page.getByRole('button', { name: 'Compare with the current one' }).last().click(),
    see: /instructions: /,
  },
]
