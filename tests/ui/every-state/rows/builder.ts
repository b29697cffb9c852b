import type { Page } from 'playwright-core'
import type { TestFacet } from '../../../support/facet.ts'
import { again } from '../again.ts'
import type { State } from '../state.ts'

const preview = (page: Page) => page.getByRole('region', { name: 'Preview' })

async function write(page: Page, filter: string): Promise<void> {
  const rule = page.getByRole('region', { name: 'Rule 1' })
  await rule.getByText('Filter', { exact: true }).click()
  await rule.getByRole('textbox', { name: 'Filter' }).fill(filter)
}

async function begin(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Name' }).fill('Money')
  await page.getByRole('button', { name: 'Add a condition' }).click()
  await page.getByRole('combobox', { name: 'Value of condition 1' }).fill('finance')
  await preview(page).getByText('Tools 3').waitFor()
}

export const builder = ({ ok }: TestFacet): readonly State[] => [
  { name: 'builder', at: '/servers/finance', see: 'Tools 3' },
  { name: 'builder of a server of a file', at: '/servers/careful/rules', see: 'Written in a file' },
  { name: 'new server', at: '/servers/new', see: 'Say what belongs in it' },
  {
    name: 'new server with a condition, and values to choose from',
    at: '/servers/new',
    reach: async (page) => {
      await begin(page)
      await page.getByRole('combobox', { name: 'Value of condition 1' }).click()
    },
    narrowly: again('Value of condition 1'),
    see: 'about',
    spoils: true,
  },
  {
    name: 'new server with a condition',
    at: '/servers/new',
    reach: async (page) => {
      await begin(page)
      await page.getByRole('heading', { level: 1 }).click()
      await page.getByRole('option').waitFor({ state: 'hidden' })
    },
    see: 'rule 1',
    picture: 'builder',
    spoils: true,
  },
  {
    name: 'kinds of conditions',
    at: '/servers/new',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Add a condition' }).click()
      await page.getByRole('combobox', { name: 'Condition 1', exact: true }).click()
    },
    see: 'is not deprecated',
    spoils: true,
  },
  {
    name: 'completions of a filter',
    at: '/servers/engineering',
    reach: async (page) => {
      await write(page, '')
      await page.getByRole('textbox', { name: 'Filter' }).first().pressSequentially('depre')
    },
    see: 'deprecated',
    spoils: true,
  },
  {
    name: 'mistake in a filter, told where it is',
    at: '/servers/finance',
    reach: async (page) => {
      await preview(page).getByText('Tools 3').waitFor()
      await write(page, "'legal' in tgs")
      await page.getByRole('region', { name: 'Rule 1' }).getByRole('alert').waitFor()
      await page.locator('.cm-lintRange-error').hover()
      await page.locator('.cm-tooltip-lint').waitFor()
    },
    see: /before the mistake|once their mistake is mended/,
    spoils: true,
  },
  {
    name: 'what is unsaved, with what would be new and leave',
    at: '/servers/finance',
    reach: async (page) => {
      await write(page, "'legal' in tags")
      await page.getByText('More', { exact: true }).first().click()
    },
    see: '3 leaving',
    spoils: true,
  },
  {
    name: 'all settings, with a budget and an override',
    at: '/servers/finance',
    reach: async (page) => {
      for (const name of ['How clients see it', 'How large it may be', 'When its entries change']) {
        await page.getByRole('button', { name }).click()
      }
      await page.getByRole('button', { name: 'Entries shown differently' }).click()
      await page.getByRole('textbox', { name: 'Most tools', exact: true }).fill('1')
      await page.getByRole('combobox', { name: 'What is listed' }).click()
      await page.getByRole('option', { name: /tools to search/ }).click()
      await page.getByRole('combobox', { name: 'New entries' }).click()
      await page.getByRole('option', { name: /wait until/ }).click()
      await page.getByLabel('Arguments', { exact: true }).fill('{ nonsense')
    },
    see: 'This is not JSON',
    spoils: true,
  },
  {
    name: 'override with a mistake',
    at: '/servers/finance',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Entries shown differently' }).click()
      await page.getByRole('button', { name: 'Show an entry differently' }).click()
      await page.getByRole('region', { name: 'Override 2' }).getByRole('alert').first().waitFor()
    },
    see: 'not saved',
    spoils: true,
  },
  {
    name: 'preview through the eyes of a user',
    at: '/servers/finance',
    reach: async (page) => {
      await preview(page).getByText('As anybody sees it').click()
      await preview(page).getByText('A user').click()
      await preview(page).getByRole('combobox', { name: 'User' }).click()
      await page.getByRole('option', { name: 'ada' }).click()
    },
    see: /\d not permitted/,
  },
  {
    name: 'preview through the eyes of somebody made up',
    at: '/servers/finance',
    reach: async (page) => {
      await preview(page).getByText('As anybody sees it').click()
      await preview(page).getByText('Made up').click()
    },
    see: 'Attributes',
  },
  {
    name: 'rule by meaning that nothing can judge',
    at: '/servers/risk',
    reach: async (page) => {
      await page.getByRole('combobox', { name: 'How entries are chosen' }).click()
      await page.getByRole('option', { name: 'by meaning' }).click()
      await page.getByText('More', { exact: true }).first().click()
    },
    see: 'What entries should be about',
    spoils: true,
  },
  { name: 'rule of a model, before it is asked', at: '/servers/risk', see: /\$0\.\d+ to ask/ },
  {
    name: 'rule of a model, with its reasons',
    at: '/servers/risk',
    reach: async (page) => {
      await page.getByRole('button', { name: /^Ask the model about/ }).click()
      await page.getByText(/^Why the model chose them/).click()
      await page.getByText('More', { exact: true }).first().click()
    },
    see: 'about the topic',
  },
  {
    name: 'server that somebody else saved meanwhile',
    at: '/servers/support',
    reach: async (page) => {
      await page.getByRole('textbox', { name: 'Name' }).fill('Mine')
      await ok('PATCH', '/dynamic/support', { description: 'Answers to customers' })
      await page.getByText('Somebody else saved this meanwhile').waitFor()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
    },
    see: 'Code: precondition_failed',
    spoils: true,
  },
]
