import { describe, expect, it } from 'vitest'
import { until } from '../../support/wait.ts'
import { guarded, PATHS } from './paths.ts'

type Recorded = Record<string, unknown>

describe('the event of a call that a guard refuses', () => {
  it.each([
    'a call of 2026-07-28, before any framework',
    'call_tool',
    'prompts/get (auto)',
    'resources/read (legacy)',
  ])('names the guard, which the caller does not hear of: %s', async (path) => {
    const on = await guarded()
    const deny = [{ pattern: 'banned words' }]
    await on.facet.ok('POST', '/guards', { id: 'no-words', kind: 'arguments', what: 'true', deny })
    const { text } = await PATHS[path]!(on, 'banned words')
    expect(text).not.toContain('no-words')
    const found: Recorded[] = []
    await until('it is recorded', async () => {
      const { events } = await on.facet.ok<{ events: Recorded[] }>('GET', '/events?decision=deny')
      found.push(...events)
      return found.length > 0
    })
    expect(found[0]).toMatchObject({
      decision: 'deny',
      outcome: 'denied',
      code: 'guard_rejected',
      decided_by: 'guard:no-words',
      server: path === 'call_tool' ? 'search' : 's',
    })
  })
})
