import { describe, expect, it } from 'vitest'
import { selectionKey } from '../../src/selection/selection-key.ts'
import { FakeModel } from './support/fake-model.ts'
import { candidates, llm, profile, selections, tools } from './support/selection.ts'

describe('the key of a rule', () => {
  it('changes with what is asked, not with the names that outrank the answer', () => {
    const key = selectionKey('riskops', llm(), undefined)
    expect(
      selectionKey('riskops', llm(undefined, { always: ['a'], never: ['b'] }), undefined),
    ).toBe(key)
    const others = [
      selectionKey('other', llm(), undefined),
      selectionKey('riskops', llm('Something else'), undefined),
      selectionKey('riskops', llm(undefined, { effect: 'exclude' }), undefined),
      selectionKey('riskops', llm(undefined, { provider: 'local' }), undefined),
      selectionKey('riskops', llm(), 'enabled'),
      selectionKey('riskops', llm(), undefined, 1),
    ]
    expect(new Set([key, ...others]).size).toBe(others.length + 1)
  })

  it('keeps a held answer held when such names are edited', async () => {
    const fake = await FakeModel.start()
    const made = selections({ profiles: [profile(fake, 'openai')] })
    const documents = tools(20)
    const open = (never: string[]) => {
      const rule = llm(undefined, { never })
      const live = made.open(selectionKey('riskops', rule, undefined), rule)
      candidates(live, documents)
      return live
    }
    const live = open([])
    await live.ready()
    fake.answer = () => ({ picks: [] })
    await live.rejudge()
    expect(live.state).toBe('held')
    live.close()
    const edited = open(['task_1'])
    await edited.ready()
    await expect.poll(() => edited.state).toBe('held')
    expect(edited.matched().size).toBe(2)
  })
})
