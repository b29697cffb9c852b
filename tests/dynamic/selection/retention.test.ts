import { expect, it } from 'vitest'
import { FakeModel } from '../../selection/support/fake-model.ts'
import { databaseFile, llmRule, post, serve, shown, startSelecting } from './support.ts'

const DAY = 86_400_000

/** Starts on a later day, makes the server anew, and says how often the model was asked by then. */
async function askedAfter(days: number, { removed }: { removed: boolean }): Promise<number> {
  const fake = await FakeModel.start()
  const settings = { database: databaseFile() }
  const first = await startSelecting(fake, { settings })
  await post(first, 'stock_price')
  await serve(first, 'riskops', llmRule())
  await shown(first, 'riskops')
  if (removed) await first.ok('DELETE', '/dynamic/riskops')
  await first.facet.close()
  const now = () => new Date(Date.now() + days * DAY)
  const second = await startSelecting(fake, { settings, now })
  if (removed) await serve(second, 'riskops', llmRule())
  expect(await shown(second, 'riskops')).toEqual(['stock_price'])
  return fake.seen.length
}

it('verdicts are kept for as long as a rule asks for them', async () => {
  expect(await askedAfter(1_000, { removed: false })).toBe(1)
})

it('verdicts that no rule asks for are kept for 90 days, and then forgotten', async () => {
  expect(await askedAfter(80, { removed: true })).toBe(1)
  expect(await askedAfter(100, { removed: true })).toBe(2)
})
