import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

const IN_PAGE = readFileSync(join(import.meta.dirname, 'keyboard-page.js'), 'utf8')

/** So many presses of Tab are enough for any way through a page. */
const MOST = 150

/** Answers of the service may take a while on a busy machine. */
export const PATIENT = { timeout: 10_000 }

/** Passwords and heads of details have no role: they are found by their label and their text. */
type Role = Parameters<Page['getByRole']>[0] | 'field' | 'summary'

interface Look {
  /** What has the focus. */
  readonly text: string
  readonly problems: readonly string[]
  /** Whether it had the focus for the first time in this round. */
  readonly isNew: boolean
}

const ask = <T>(page: Page, question: string): Promise<T> =>
  page.evaluate(`${IN_PAGE}\nkeyboard.${question}`) as Promise<T>

/** Fails unless the focus shows, in the viewport and with nothing over it. */
export async function expectFocusShown(page: Page): Promise<Look> {
  let look = await ask<Look>(page, 'look()')
  // What has just been opened may still be on its way into the viewport.
  for (let i = 0; i < 20 && look.problems.length > 0; i++) {
    await page.waitForTimeout(50)
    look = await ask<Look>(page, 'look()')
  }
  if (look.problems.length > 0) throw new Error(`${look.text}: ${look.problems.join(', ')}`)
  return look
}

function named(place: Page | Locator, role: Role, name: string | RegExp): Locator {
  const exact = typeof name === 'string'
  if (role === 'field') return place.getByLabel(name)
  if (role === 'summary') return place.locator('summary').filter({ hasText: name })
  return place.getByRole(role, { name, exact })
}

export interface TabOptions {
  /** Shift+Tab instead of Tab. */
  readonly back?: boolean
  /** Where it is, when several have the name. */
  readonly within?: Locator
}

/** Presses Tab until what has the focus has this role and name; each stop on the way has to show. */
export async function tabTo(
  page: Page,
  role: Role,
  name: string | RegExp,
  { back = false, within }: TabOptions = {},
): Promise<void> {
  const wanted = named(within ?? page, role, name).and(page.locator(':focus'))
  const passed: string[] = []
  for (let i = 0; i <= MOST; i++) {
    if ((await wanted.count()) === 1) return void (await expectFocusShown(page))
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab')
    passed.push((await expectFocusShown(page)).text)
  }
  throw new Error(`Tab never came to ${role} ${name}, but to\n${[...new Set(passed)].join('\n')}`)
}

/** Goes there by Tab and presses a key: Enter, unless told otherwise. */
export async function press(
  page: Page,
  role: Role,
  name: string | RegExp,
  { key = 'Enter', ...options }: TabOptions & { key?: string } = {},
): Promise<void> {
  await tabTo(page, role, name, options)
  await page.keyboard.press(key)
}

/** Goes to a field by Tab and writes into it, over what was there. */
export async function write(
  page: Page,
  role: Role,
  name: string | RegExp,
  text: string,
  options: TabOptions = {},
): Promise<void> {
  await tabTo(page, role, name, options)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(text)
}

/** Goes to a field with a list by Tab and chooses an option of it by arrow keys. */
export async function choose(
  page: Page,
  name: string | RegExp,
  option: string | RegExp,
  options: TabOptions = {},
): Promise<void> {
  await tabTo(page, 'combobox', name, options)
  await chooseHere(page, option)
}

/** Chooses an option of the list of the field that has the focus. */
export async function chooseHere(page: Page, option: string | RegExp): Promise<void> {
  const wanted = named(page, 'option', option)
  // The list of another field may not have gone yet; a field names its own while it is open.
  const isOpen = (await page.locator(':focus[aria-controls]').count()) > 0
  if (!isOpen) await page.keyboard.press('ArrowDown')
  await wanted.first().waitFor()
  for (let i = 0; i < 30; i++) {
    const active = page.locator('[role=option][data-combobox-selected]')
    if ((await wanted.and(active).count()) > 0) return page.keyboard.press('Enter')
    await page.keyboard.press('ArrowDown')
  }
  throw new Error(`No arrow key came to the option ${option}`)
}

/** Goes to a group of radio buttons by Tab and chooses one by arrow keys. */
export async function pick(
  page: Page,
  group: string,
  name: string,
  { back = false }: TabOptions = {},
): Promise<void> {
  const radios = page.getByRole('radiogroup', { name: group, exact: true }).getByRole('radio')
  const focused = radios.and(page.locator(':focus'))
  for (let i = 0; i < MOST && (await focused.count()) === 0; i++) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab')
    await expectFocusShown(page)
  }
  const wanted = named(page, 'radio', name).and(focused)
  for (let i = 0; i < 10 && (await wanted.count()) === 0; i++) {
    await page.keyboard.press('ArrowRight')
  }
  await expectFocusShown(page)
  expect(await wanted.isChecked()).toBe(true)
}

/** Waits until what has the focus has this role and name, and fails unless that shows. */
export async function expectFocusOn(page: Page, role: Role, name: string | RegExp): Promise<void> {
  const wanted = named(page, role, name).and(page.locator(':focus'))
  const where = async () =>
    (await wanted.count()) === 1 ? 'there' : (await ask<Look>(page, 'look()')).text
  await expect.poll(where, PATIENT).toBe('there')
  await expectFocusShown(page)
}

/** Fails when the focus has gone to nothing: the next Tab would begin anywhere. */
export async function expectFocusKept(page: Page): Promise<void> {
  const where = async () => (await ask<Look>(page, 'look()')).text
  await expect.poll(where, PATIENT).not.toBe('nothing')
  await expectFocusShown(page)
}

/**
 * Goes once around the page, or the dialog on top of it, and fails unless Tab comes to all that can
 * be operated, every stop shows and has a name, and Tab comes back to where it began.
 */
export async function expectAllReachable(page: Page): Promise<void> {
  await ask(page, 'begin()')
  const stops: string[] = []
  let isRound = false
  for (let i = 0; i < MOST && !isRound; i++) {
    await page.keyboard.press('Tab')
    const { text, isNew } = await expectFocusShown(page)
    if (isNew) stops.push(text)
    // Between the last stop and the first there may be the browser itself, which is nothing here.
    else if (text !== 'nothing') {
      expect(text).toBe(stops[0])
      isRound = true
    }
  }
  expect(isRound, stops.join('\n')).toBe(true)
  expect(stops.length).toBeGreaterThan(1)
  expect(await ask(page, 'missed()')).toEqual([])
  expect(await ask(page, 'positive()')).toEqual([])
  expect(await nameless(page)).toEqual([])
}

/** What can have the focus and has no name, as the browser tells assistive technology. */
async function nameless(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  return (
    nodes
      // A stop without a role is refused by itself; what only scripts give the focus needs no name.
      .filter(({ ignored, role }) => !ignored && !['RootWebArea', 'generic'].includes(role?.value))
      .filter(({ properties = [] }) =>
        properties.some(({ name, value }) => name === 'focusable' && value.value === true),
      )
      .filter(({ name }) => String(name?.value ?? '').trim() === '')
      .map(({ role, description }) => `${role?.value} ${description?.value ?? ''}`)
  )
}
