import { describe, expect, it } from 'vitest'
import { expectAccessible, withBrowser } from '../support/browser.ts'
import { startFacet } from '../support/facet.ts'
import { cutOff, holdAnswer } from '../support/held-request.ts'

const browser = withBrowser()
const SLOW = { timeout: 90_000 }
const rules = [{ type: 'tool', filter: 'true' }]
const MONEY = { id: 'money', name: 'Money', rules }

describe('what is being written', SLOW, () => {
  it('stays when reading again fails, below the failure', async () => {
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/policies', { id: 'all', effect: 'allow', who: 'true', what: 'true' })
    const page = await browser.open(`${url}/admin/access/policies?policy=all`)
    const drawer = page.getByRole('dialog', { name: 'Policy all' })
    const description = drawer.getByRole('textbox', { name: 'Description' })
    await description.fill('Half done')
    await cutOff(page, '/policies/all')
    await ok('POST', '/policies', { id: 'other', effect: 'allow', who: 'true', what: 'true' })
    await drawer.getByText('The service does not answer').waitFor()
    expect(await description.inputValue()).toBe('Half done')
  })

  it('stays unsaved when it was written while a save was under way', async () => {
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/dynamic', MONEY)
    const page = await browser.open(`${url}/admin/servers/money`)
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.fill('Sent')
    const save = await holdAnswer(page, 'PATCH', '/dynamic/money')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await save.asked
    await name.fill('Sent, and more')
    save.release()
    await page.getByRole('heading', { level: 1, name: 'Sent' }).waitFor()
    expect(await name.inputValue()).toBe('Sent, and more')
    await page.getByText('not saved', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('not saved', { exact: true }).waitFor({ state: 'detached' })
    expect(await ok('GET', '/dynamic/money')).toMatchObject({ name: 'Sent, and more' })
  })

  it('is not taken for outdated by an answer from before the save', async () => {
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/dynamic', MONEY)
    const page = await browser.open(`${url}/admin/servers/money`)
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.waitFor()
    const late = await holdAnswer(page, 'GET', '/dynamic/money')
    await ok('POST', '/dynamic', { id: 'other', name: 'Other', rules })
    await late.asked
    await name.fill('Mine')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Mine' }).waitFor()
    const headings = page.getByRole('heading', { level: 1, name: 'Money' })
    late.release()
    // Long enough for the late answer to be drawn, were it taken.
    await page.waitForTimeout(500)
    expect(await headings.count()).toBe(0)
    expect(await name.inputValue()).toBe('Mine')
  })

  it('is of the server that is looked at, also when two are next to each other in the history', async () => {
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/dynamic', MONEY)
    await ok('POST', '/dynamic', { id: 'risk', name: 'Risk', rules })
    const page = await browser.open(`${url}/admin/servers/money`)
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.waitFor()
    await page.getByRole('link', { name: 'Servers', exact: true }).click()
    await page.getByRole('link', { name: 'Risk' }).click()
    await page.getByRole('heading', { level: 1, name: 'Risk' }).waitFor()
    await page.evaluate('history.go(-2)')
    await page.getByRole('heading', { level: 1, name: 'Money' }).waitFor()
    expect(await name.inputValue()).toBe('Money')
  })

  it('of an override goes with it, and leaves those of the next alone', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const handler = { type: 'http', url: 'https://api.example.com/x' }
    const properties = { first: { type: 'string' }, second: { type: 'string' } }
    const inputSchema = { type: 'object', properties }
    for (const name of ['one', 'two']) await ok('POST', '/tools', { name, inputSchema, handler })
    const overrideOf = (name: string, argument: string) => ({
      match: { type: 'tool', source: 'manual', name },
      arguments: { [argument]: { fixed: name } },
    })
    const overrides = [overrideOf('one', 'first'), overrideOf('two', 'second')]
    await ok('POST', '/dynamic', { ...MONEY, overrides })
    const page = await browser.open(`${url}/admin/servers/money`)
    await page.getByRole('button', { name: /^Entries shown differently/ }).click()
    await page.getByRole('button', { name: 'Remove override 1' }).click()
    const shown = page.getByRole('region', { name: 'Override 1' })
    const written = shown.getByRole('textbox', { name: 'Arguments' })
    expect(await shown.getByRole('textbox', { name: 'Its name there' }).inputValue()).toBe('two')
    expect(JSON.parse(await written.inputValue())).toEqual({ second: { fixed: 'two' } })
    await written.fill('{ "second": { "hidden": true } }')
    await page.getByRole('button', { name: 'Discard what is not saved' }).click()
    expect(JSON.parse(await written.first().inputValue())).toEqual({ first: { fixed: 'one' } })
  })
})

describe('whoever goes elsewhere while something is saved', SLOW, () => {
  it('is not called back', async () => {
    const { url, ok } = await startFacet({ listen: true })
    await ok('POST', '/dynamic', MONEY)
    const page = await browser.open(`${url}/admin/servers/money`)
    await page.getByRole('textbox', { name: 'Name' }).fill('Cash')
    const save = await holdAnswer(page, 'PATCH', '/dynamic/money')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await save.asked
    await page.getByRole('link', { name: 'Catalog' }).click()
    await page.getByRole('heading', { level: 1, name: 'Catalog' }).waitFor()
    save.release()
    // Long enough to be called back, were that done.
    await page.waitForTimeout(500)
    expect(await ok('GET', '/dynamic/money')).toMatchObject({ name: 'Cash' })
    expect(page.url()).toBe(`${url}/admin/catalog`)
  })
})

describe('a dialog with something unsaved', SLOW, () => {
  it('asks when somebody clicks beside it or on its cross, and the browser warns', async () => {
    const { url } = await startFacet({ listen: true })
    const page = await browser.open(`${url}/admin/sources`)
    await page.getByRole('button', { name: 'Add a source' }).click()
    const id = page.getByRole('textbox', { name: 'Id' })
    await id.fill('half')
    const question = page.getByRole('dialog', { name: 'This is not saved' })
    for (const leave of [
      () => page.mouse.click(5, 400),
      () => page.getByRole('button', { name: 'Close' }).click(),
    ]) {
      await leave()
      await question.waitFor()
      await expectAccessible(page)
      await question.getByRole('button', { name: 'Go on writing' }).click()
      await question.waitFor({ state: 'detached' })
      expect(await id.inputValue()).toBe('half')
    }
    const asked = page.waitForEvent('dialog')
    void page.evaluate('location.reload()').catch(() => undefined)
    const warning = await asked
    expect(warning.type()).toBe('beforeunload')
    await warning.dismiss()
    expect(await id.inputValue()).toBe('half')
    await page.mouse.click(5, 400)
    await question.getByRole('button', { name: 'Discard what is not saved' }).click()
    await id.waitFor({ state: 'detached' })
    await page.mouse.click(5, 400)
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  it('asks when somebody goes back or follows a link in it, and both work after that', async () => {
    const { url, ok } = await startFacet({ listen: true })
    const handler = { type: 'http', url: 'https://api.example.com/x' }
    await ok('POST', '/tools', { name: 'pay', handler })
    await ok('POST', '/dynamic', MONEY)
    const page = await browser.open(`${url}/admin/catalog`)
    await page.getByRole('button', { name: 'pay', exact: true }).click()
    const drawer = page.getByRole('dialog', { name: /^Tool/ })
    const at = page.url()
    const question = page.getByRole('dialog', { name: 'This is not saved' })
    const link = drawer.getByRole('link', { name: 'money' })
    await drawer.getByRole('button', { name: 'Look at every server' }).click()
    await link.waitFor()
    await drawer.getByRole('switch', { name: 'Deprecated' }).check()
    for (const leave of [() => page.evaluate('history.back()'), () => link.click()]) {
      await leave()
      await question.getByRole('button', { name: 'Go on writing' }).click()
      await question.waitFor({ state: 'detached' })
      expect(page.url()).toBe(at)
      expect(await drawer.getByRole('switch', { name: 'Deprecated' }).isChecked()).toBe(true)
    }
    await page.evaluate('history.back()')
    await question.getByRole('button', { name: 'Discard what is not saved' }).click()
    await drawer.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'pay', exact: true }).click()
    expect(await drawer.getByRole('switch', { name: 'Deprecated' }).isChecked()).toBe(false)
    await page.evaluate('history.back()')
    await drawer.waitFor({ state: 'detached' })
    await page.evaluate('history.forward()')
    await drawer.getByRole('button', { name: 'Look at every server' }).click()
    await link.click()
    await page.getByRole('heading', { level: 1, name: 'Explain' }).waitFor()
    expect(await question.count()).toBe(0)
  })
})
