import type { Page } from 'playwright-core'
import type { State } from '../state.ts'

const drawer = (page: Page) => page.getByRole('dialog')
const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole('button', { name }).first().click()

export const ACCESS: readonly State[] = [
  { name: 'users', at: '/access', see: 'Ada Lovelace' },
  {
    name: 'users, nobody fits',
    at: '/access/users',
    reach: (page) => page.getByRole('textbox', { name: 'Search users' }).fill('zzz'),
    see: 'No user fits',
  },
  {
    name: 'new user with a mistake, and roles to choose from',
    at: '/access',
    reach: async (page) => {
      await press('New user')(page)
      await page.getByRole('textbox', { name: 'Attributes' }).fill('{ nonsense')
      await page.getByRole('combobox', { name: 'Roles' }).click()
    },
    see: 'editor',
  },
  { name: 'user with keys', at: '/access?user=ada', see: 'Nightly report' },
  {
    name: 'new key with servers to choose from',
    at: '/access?user=ada',
    reach: async (page) => {
      await press('New key')(page)
      await drawer(page).getByRole('combobox', { name: 'Only for these servers' }).click()
    },
    see: 'analytics',
  },
  {
    name: 'key that is shown once',
    at: '/access?user=victor',
    reach: async (page) => {
      await press('New key')(page)
      await press('Make the key')(page)
    },
    see: 'It is shown this once',
    spoils: true,
  },
  {
    name: 'key about to be revoked',
    at: '/access?user=ada',
    reach: press(/^Revoke/),
    see: 'is shut out at once',
  },
  {
    name: 'keys about to be reset',
    at: '/access?user=ada',
    reach: press('Reset the keys of ada'),
    see: 'and it gets one new key',
  },
  {
    name: 'user about to be deleted',
    at: '/access?user=ada',
    reach: press('Delete the user ada'),
    see: 'and so do its sessions',
  },
  {
    name: 'user about to be closed with something unsaved',
    at: '/access?user=ada',
    reach: async (page) => {
      await drawer(page).getByRole('textbox', { name: 'Name' }).fill('Half')
      await page.keyboard.press('Escape')
    },
    see: 'Go on writing',
  },
  { name: 'user that is not there', at: '/access?user=none', see: 'Code: not_found' },
  { name: 'policies', at: '/access/policies', see: 'finance-reads' },
  { name: 'policy', at: '/access/policies?policy=no-writes', see: 'A deny outranks every allow.' },
  {
    name: 'policy about to be deleted',
    at: '/access/policies?policy=no-writes',
    reach: press('Delete the policy no-writes'),
    see: 'Whoever it kept out may come in',
  },
  { name: 'policy that is not there', at: '/access/policies?policy=none', see: 'Code: not_found' },
  {
    name: 'new policy with a mistake',
    at: '/access/policies?policy=%2B',
    reach: async (page) => {
      await drawer(page).getByRole('textbox', { name: 'Who' }).fill("'risk' in caller.groups")
      await drawer(page).getByRole('textbox', { name: 'What' }).fill("!('write' in tgs)")
      await press('Make the policy')(page)
      await drawer(page).getByRole('alert').getByText('tgs').waitFor()
    },
    see: 'New policy',
  },
  { name: 'guards', at: '/access/guards', see: 'at most 60 characters' },
  { name: 'guard', at: '/access/guards?guard=short-arguments', see: 'Most characters' },
  {
    name: 'guard about to be deleted',
    at: '/access/guards?guard=slow-down',
    reach: press('Delete the guard slow-down'),
    see: 'What it stopped passes',
  },
  { name: 'guard that is not there', at: '/access/guards?guard=none', see: 'Code: not_found' },
  ...['looks at the arguments', 'counts the calls', 'asks for a code (TOTP)'].map((kind) => ({
    name: `new guard that ${kind}`,
    at: '/access/guards?guard=%2B',
    reach: async (page: Page) => {
      await drawer(page).getByRole('combobox', { name: 'It' }).click()
      await page.getByRole('option', { name: kind }).click()
      if (kind === 'looks at the arguments') {
        await press('Refuse a pattern')(page)
        await drawer(page).getByRole('textbox', { name: 'Condition' }).fill('true')
      }
    },
    see: /^(?:What the caller is told when it is not|What is counted|Secret)/,
  })),
  { name: 'test as nobody yet', at: '/access/test', see: 'Choose who asks' },
  {
    name: 'test as a user, and why',
    at: '/access/test?server=finance',
    reach: async (page) => {
      await page.getByRole('combobox', { name: 'User' }).click()
      await page.getByRole('option', { name: 'ada' }).click()
      await page.getByRole('button', { name: 'Why: pay_invoice' }).click()
    },
    see: /does not apply/,
    picture: 'test-as',
  },
  {
    name: 'test as somebody made up',
    at: '/access/test?server=finance',
    reach: async (page) => {
      await page.getByText('Made up', { exact: true }).click()
      await page.getByRole('textbox', { name: 'Attributes' }).fill('{ nonsense')
    },
    see: 'This is not JSON',
  },
]
