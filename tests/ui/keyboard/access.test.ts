import { describe, expect, it } from 'vitest'
import { userWithKey, WITH_ADMIN } from '../../support/accounts.ts'
import { withBrowser } from '../../support/browser.ts'
import { startFacet } from '../../support/facet.ts'
import {
  choose,
  expectAllReachable,
  expectFocusKept,
  expectFocusOn,
  pick,
  press,
  tabTo,
  write,
} from '../../support/keyboard.ts'

const browser = withBrowser()
const SLOW = { timeout: 120_000 }

describe('users and keys by keys alone', SLOW, () => {
  it('are made, copied, revoked, reset, changed and deleted', async () => {
    const facet = await startFacet({ ...WITH_ADMIN, listen: true })
    const { key } = await userWithKey(facet, 'boss', ['admin'])
    const page = await browser.open(`${facet.url}/admin/access`)
    await expectFocusOn(page, 'field', 'API key or admin token')
    await page.keyboard.type(key)
    await page.keyboard.press('Enter')
    await expectFocusOn(page, 'heading', 'Access')
    await press(page, 'button', 'New user')
    await page.getByRole('dialog', { name: 'New user' }).waitFor()
    await write(page, 'textbox', 'Name', 'Ada')
    await tabTo(page, 'combobox', 'Groups')
    await page.keyboard.type('risk')
    await page.keyboard.press('Enter')
    await press(page, 'button', 'Make the user')
    const drawer = page.getByRole('dialog', { name: 'User' })
    await drawer.getByRole('heading', { name: 'ada' }).waitFor()
    await press(page, 'button', 'New key')
    await choose(page, 'Ends', 'in a day')
    await press(page, 'button', 'Make the key')
    const shown = page.getByRole('dialog', { name: 'Copy the key now' })
    await shown.waitFor()
    await page.keyboard.press('Escape')
    await expectAllReachable(page)
    await press(page, 'button', 'I have it')
    await shown.waitFor({ state: 'detached' })
    await expectFocusOn(page, 'button', 'New key')
    await press(page, 'button', /^Revoke the key/)
    await expectFocusOn(page, 'button', 'Leave it')
    await page.keyboard.press('Escape')
    await expectFocusOn(page, 'button', /^Revoke the key/)
    await page.keyboard.press('Enter')
    await expectFocusOn(page, 'button', 'Leave it')
    await press(page, 'button', 'Revoke')
    await drawer.getByText('No key yet').waitFor()
    await page.getByRole('dialog', { name: /^Revoke/ }).waitFor({ state: 'detached' })
    await expectFocusKept(page)
    await press(page, 'button', 'New key')
    await press(page, 'button', 'Make the key')
    await press(page, 'button', 'I have it')
    await shown.waitFor({ state: 'detached' })
    await press(page, 'button', 'Reset the keys of ada')
    await press(page, 'button', 'Reset')
    await press(page, 'button', 'I have it')
    await shown.waitFor({ state: 'detached' })
    await expectFocusKept(page)
    await press(page, 'switch', /^Disabled/, { key: 'Space' })
    await press(page, 'button', 'Save')
    await page.getByText('disabled', { exact: true }).waitFor()
    await expectFocusKept(page)
    await press(page, 'button', 'Delete the user ada')
    await press(page, 'button', 'Delete')
    await page.getByRole('button', { name: 'ada', exact: true }).waitFor({ state: 'detached' })
    await drawer.waitFor({ state: 'detached' })
    await expectFocusKept(page)
    expect((await facet.api('GET', '/users/ada')).status).toBe(404)
    await page.keyboard.press('/')
    await expectFocusOn(page, 'textbox', 'Search users')
  })
})

describe('policies and guards by keys alone', SLOW, () => {
  it('are written in the editor, whose Escape keeps the dialog open, and deleted', async () => {
    const { url, ok } = await startFacet({ listen: true })
    for (const id of ['aa', 'zz']) {
      await ok('POST', '/policies', { id, effect: 'allow', who: 'true', what: 'true' })
    }
    const page = await browser.open(`${url}/admin/access/policies`)
    await page.getByRole('button', { name: 'zz' }).waitFor()
    await press(page, 'button', 'New policy')
    const drawer = page.getByRole('dialog', { name: 'New policy' })
    await write(page, 'textbox', 'Id', 'mine')
    await choose(page, 'Effect', 'deny')
    await write(page, 'textbox', 'Who', 'caller.r')
    await page.getByRole('option', { name: /caller.roles/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('option').first().waitFor({ state: 'detached' })
    await drawer.waitFor()
    await write(page, 'textbox', 'Who', "caller.id == 'eve'")
    await page.keyboard.press('Escape')
    await press(page, 'checkbox', 'write', { key: 'Space' })
    await press(page, 'button', 'Make the policy')
    await drawer.waitFor({ state: 'detached' })
    await expectFocusOn(page, 'button', 'New policy')
    expect(await ok('GET', '/policies/mine')).toMatchObject({
      effect: 'deny',
      who: "caller.id == 'eve'",
      actions: ['list', 'call', 'read', 'write'],
    })
    await press(page, 'button', 'mine')
    await write(page, 'textbox', 'Description', 'No Eve')
    await expectAllReachable(page)
    await press(page, 'button', 'Save')
    await expectFocusOn(page, 'button', 'mine')
    await page.keyboard.press('Enter')
    await press(page, 'button', 'Delete the policy mine')
    await press(page, 'button', 'Delete')
    await page.getByRole('button', { name: 'mine', exact: true }).waitFor({ state: 'detached' })
    await expectFocusOn(page, 'button', /^(aa|zz)$/)
  })

  it('guards are made, with patterns added and removed, and switched off', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin/access/guards`)
    await press(page, 'button', 'New guard')
    await write(page, 'textbox', 'Id', 'no-rm')
    await press(page, 'button', 'Refuse a pattern')
    await press(page, 'button', 'Refuse a pattern')
    await press(page, 'button', 'Remove pattern 2', { back: true })
    await page.getByRole('button', { name: 'Remove pattern 2' }).waitFor({ state: 'detached' })
    await expectFocusKept(page)
    await write(page, 'textbox', 'Pattern 1', 'rm', { back: true })
    await write(page, 'textbox', 'What the caller is told 1', 'No.')
    await press(page, 'button', 'Make the guard')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expectFocusKept(page)
    await press(page, 'button', 'no-rm')
    await press(page, 'switch', /^Off/, { key: 'Space' })
    await press(page, 'button', 'Save')
    await page.getByText('off', { exact: true }).waitFor()
    expect(await ok('GET', '/guards/no-rm')).toMatchObject({
      status: 'off',
      deny: [{ pattern: 'rm' }],
    })
  })

  it('are tried for somebody', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const handler = { type: 'http', url: 'https://api.example.com/x' }
    await ok('POST', '/tools', { name: 'pay', handler })
    await ok('POST', '/users', { id: 'ada', name: 'Ada' })
    await ok('POST', '/policies', { id: 'p', effect: 'deny', who: 'true', what: 'true' })
    const page = await browser.open(`${url}/admin/access/test`)
    await pick(page, 'Who asks', 'A user')
    await choose(page, 'User', 'ada')
    await page.getByText('may not').waitFor()
    await press(page, 'button', 'Why: pay')
    await page.getByText('deny applies').waitFor()
    await expectFocusOn(page, 'button', 'Why: pay')
    await pick(page, 'Who asks', 'Made up', { back: true })
    await tabTo(page, 'combobox', 'Roles')
    await page.keyboard.type('analyst')
    await page.keyboard.press('Enter')
    await choose(page, 'Server', 'all')
    await choose(page, 'Type of entries', 'Prompts')
    await write(page, 'textbox', 'Search entries', 'x')
  })
})
