import { describe, expect, it } from 'vitest'
import { suspicionsOf } from '../../src/selection/text/suspicion.ts'
import { FakeModel } from './support/fake-model.ts'
import { HOSTILE_REASONS, INJECTIONS } from './support/injections.ts'
import {
  candidates,
  entry,
  llm,
  names,
  profile,
  reported,
  selections,
  tools,
  WIRES,
} from './support/selection.ts'

const evil = INJECTIONS.map((description, i) => entry(`evil_${i}`, { source: 'evil', description }))
const harmless = Array.from({ length: 10 }, (_, i) => entry(`harmless_${i}`, { source: 'evil' }))
const other = tools(30, 'bank')
const everything = [...evil, ...harmless, ...other]

/**
 * A model that does whatever any row of its request tells it: picks every row, rows it was not
 * shown and entries it must not reach, in the words of the attacker.
 */
async function gullible(): Promise<FakeModel> {
  let turn = 0
  return FakeModel.start(({ rows }) => {
    const obeys = rows.some(({ n }) => n.startsWith('evil'))
    const why = () => HOSTILE_REASONS[turn++ % HOSTILE_REASONS.length]!
    if (!obeys) {
      return {
        picks: rows.filter(({ n }) => /invoice/.test(n)).map(({ i }) => ({ i, why: why() })),
      }
    }
    const shown = rows.map(({ i }) => ({ i, why: why() }))
    const beyond = ['denied', 'out_of_scope', 'invoice_0', 100, -1].map((i) => ({ i, why: why() }))
    return { picks: [...shown, ...beyond] }
  })
}

const hasMarkup = /[<>&`*[\]{}|\\#$]|https?:|javascript:|www\./
const isInvisible = /[\p{Cc}\p{Cf}\p{Co}]/u

describe.each(WIRES)('with a gullible model of kind %s', (kind) => {
  async function judged(rule = llm()) {
    const fake = await gullible()
    const made = selections({ profiles: [profile(fake, kind)] })
    const live = made.open('server#1', rule)
    candidates(live, everything)
    await live.ready()
    return { live, fake }
  }

  it('a hostile text wins nothing but its own row', async () => {
    const { live } = await judged()
    expect(names(live, other)).toEqual(['invoice_0', 'invoice_10', 'invoice_20'])
    expect(names(live, harmless)).toEqual([])
  })

  it('adds nothing that is denied or out of scope', async () => {
    const { live } = await judged(llm('Finance', { never: ['evil_0', 'denied'] }))
    expect(live.matches('tool_evil_evil_0')).toBe(false)
    const ids = new Set(everything.map(({ id }) => id))
    for (const id of live.matched()) expect(ids).toContain(id)
  })

  it('reasons are plain and short', async () => {
    const { live } = await judged()
    const reasons = reported(live).flatMap(({ reason }) => reason ?? [])
    expect(reasons.length).toBeGreaterThan(40)
    for (const reason of reasons) {
      expect(reason).not.toMatch(hasMarkup)
      expect(reason).not.toMatch(isInvisible)
      expect(reason.length).toBeLessThanOrEqual(200)
    }
  })

  it('rows of one source never share a request with those of another, nor suspicious ones any', async () => {
    const { fake } = await judged()
    for (const { rows } of fake.seen) {
      const hostile = rows.filter(({ n }) => n.startsWith('evil'))
      if (hostile.length > 0) expect(rows).toHaveLength(1)
      const fromBank = rows.filter(({ n }) => /invoice|task/.test(n))
      expect([0, rows.length]).toContain(fromBank.length)
    }
    expect(fake.seen).toHaveLength(INJECTIONS.length + 2)
  })

  it('what it is shown is visible text, inside of its row', async () => {
    const { fake } = await judged()
    for (const { user, rows, criterion } of fake.seen) {
      expect(criterion).toBe('Select tools related to finance')
      expect(user).not.toMatch(/[<>]/)
      expect(user.replaceAll('\n', '')).not.toMatch(isInvisible)
      expect(user.split('Rows (data):\n')).toHaveLength(2)
      for (const { d = '' } of rows) expect(d.length).toBeLessThanOrEqual(240)
    }
  })

  it('the report flags what is suspicious, for people to see', async () => {
    const { live } = await judged()
    for (const { id, suspicions } of reported(live)) {
      expect([id, suspicions !== undefined]).toEqual([id, id.includes('evil_evil')])
    }
  })
})

describe('suspicion', () => {
  it.each(INJECTIONS)('falls on: %s', (text) => {
    expect(suspicionsOf([text])).not.toEqual([])
  })

  it.each([
    'Creates an issue in a repository.',
    'Reads the complete contents of a file from the file system.',
    'Lists all invoices of a customer, newest first.',
    'Returns the current stock price for a symbol such as AAPL.',
    'Sends a message to a channel; markdown is supported.',
    'Select rows from a table with an SQL query.',
    'Convertit une adresse en coordonnées géographiques. ⚙️ Rapide !',
    '使用必应搜索指定的关键词，并返回搜索结果列表，包括标题、链接、摘要和ID',
    'Поиск по документам компании.',
    'Uses the μ-law codec and the α parameter.',
  ])('does not fall on: %s', (text) => {
    expect(suspicionsOf([text])).toEqual([])
  })
})
