import type { State } from '../state.ts'

/** A service nobody has set up: what every page says before there is anything. */
export const EMPTY: readonly State[] = [
  { name: 'overview of nothing', at: '', see: 'Start with a source' },
  { name: 'empty catalog', at: '/catalog', see: 'No entry fits' },
  { name: 'no server', at: '/servers', see: 'There is no server yet' },
  { name: 'new server of nothing', at: '/servers/new', see: 'None.' },
  { name: 'no source', at: '/sources', see: 'There is no source yet' },
  { name: 'nothing to explain', at: '/explain', see: 'Choose a server and type' },
  { name: 'open door and no user', at: '/access', see: 'Nobody needs a credential yet' },
  { name: 'no policy', at: '/access/policies', see: 'There is no policy yet' },
  { name: 'no guard', at: '/access/guards', see: 'There is no guard yet' },
  { name: 'nobody to test as', at: '/access/test', see: 'Choose who asks' },
  { name: 'no event', at: '/events', see: 'Nothing was recorded yet' },
  { name: 'no usage', at: '/events/usage', see: 'Nobody called anything' },
]

/** A service that takes everybody for who they say, with one user who is no administrator. */
export const OPEN_DOOR: readonly State[] = [
  {
    name: 'user who cannot have the first key',
    at: '/access?user=guest',
    see: 'it has to be an administrator’s',
  },
]

/** What somebody sees who may look and not touch. */
export const VIEWER: readonly State[] = [
  { name: 'overview for a viewer', at: '', see: 'Healthy' },
  {
    name: 'entry that a viewer cannot change',
    at: '/catalog?q=search_contracts',
    reach: async (page) => {
      await page.getByRole('button', { name: 'search_contracts' }).click()
      await page.getByRole('dialog').getByLabel('Deprecated').check()
    },
    see: 'Code: forbidden',
  },
  { name: 'servers for a viewer', at: '/servers', see: 'Engineering' },
  {
    name: 'server that a viewer cannot change',
    at: '/servers/finance',
    reach: async (page) => {
      await page.getByRole('textbox', { name: 'Name' }).fill('Mine')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
    },
    see: 'Code: forbidden',
    spoils: true,
  },
  {
    name: 'preview for a viewer, who names a user',
    at: '/servers/finance',
    reach: async (page) => {
      await page.getByText('As anybody sees it').click()
      await page.getByText('A user').click()
      await page.getByPlaceholder('Id of a user').fill('ada')
    },
    see: /Code: |not permitted/,
  },
  { name: 'access of a server for a viewer', at: '/servers/finance/access', see: 'Owner' },
  {
    name: 'source that a viewer cannot list again',
    at: '/sources',
    reach: (page) => page.getByRole('button', { name: 'Sync now: github' }).click(),
    see: 'Code: forbidden',
  },
  { name: 'access for a viewer', at: '/access', see: 'are for administrators' },
  { name: 'events for a viewer', at: '/events/usage', see: 'are for administrators' },
]

/** The door itself. */
export const DOOR: readonly State[] = [
  { name: 'sign in', at: '/servers', see: 'Sign in to Facet', spoils: true },
  {
    name: 'sign in with a wrong key',
    at: '/catalog',
    reach: async (page) => {
      await page.getByLabel('API key or admin token').fill('wrong')
      await page.keyboard.press('Enter')
    },
    see: 'The credential is not valid.',
    spoils: true,
  },
]
