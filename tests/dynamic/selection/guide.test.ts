import { expect, it } from 'vitest'
import { FakeModel } from '../../selection/support/fake-model.ts'
import { runExamples } from '../../support/docs.ts'
import { post, startSelecting } from './support.ts'

it('the examples of docs/guides/llm-rules.md run as they are written', async () => {
  const facet = await startSelecting(await FakeModel.start(), { listen: true })
  for (const name of ['stock_price', 'invoice_list', 'send_mail']) await post(facet, name)
  expect(await runExamples('docs/guides/llm-rules.md', facet.url)).toBeGreaterThan(5)
})
