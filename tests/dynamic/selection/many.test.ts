import { setImmediate as nextTask } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Catalog } from '../../../src/catalog/catalog.ts'
import { CatalogWriter } from '../../../src/catalog/writer.ts'
import { serverDefinition } from '../../../src/dynamic/definition.ts'
import type { EntryRecord } from '../../../src/store/ports.ts'
import { about, FakeModel } from '../../selection/support/fake-model.ts'
import { profile, selections } from '../../selection/support/selection.ts'
import { CALLER, createEngine, record } from '../../support/engine.ts'
import { until } from '../../support/wait.ts'
import { FINANCE } from './support.ts'

const MANY = 20_000
const IDS = Array.from({ length: MANY }, (_, i) => `t${String(i).padStart(5, '0')}`)

function tool(id: string, isFinance: boolean, version = 1): EntryRecord {
  const description = isFinance ? 'Sends an invoice' : 'Plays a song'
  return record(id, id, { definition: { description }, version })
}

it('a rule follows what changes while its many candidates are handed over', async () => {
  const fake = await FakeModel.start(about(/invoice/))
  const model = { chunk: 500, max_tokens_per_run: 100_000_000, max_tokens_per_day: 1_000_000_000 }
  const asked = selections({ profiles: [profile(fake, 'openai', model)] })
  const engine = createEngine(new Catalog(), asked)
  const { resolver } = engine
  const writer = new CatalogWriter({ write: async () => undefined } as never, engine.catalog)
  await writer.commit({ put: IDS.map((id, i) => tool(id, i % 100 === 0)), remove: [] })
  const rules = [{ type: 'tool', mode: 'llm', llm_prompt: FINANCE }]
  await engine.servers.put('s', serverDefinition.parse({ name: 's', rules }), 'rest', CALLER)
  let isAnswered = false
  const first = resolver.resolve('s', CALLER).finally(() => {
    isAnswered = true
  })
  // From the end of the list, where the rule has not been yet.
  for (let i = MANY - 1; !isAnswered && i > MANY - 400; i -= 4) {
    await writer.commit({
      put: [tool(IDS[i]!, true, 2), { ...tool(IDS[i - 1]!, true, 2), enabled: false }],
      remove: [IDS[i - 2]!],
    })
    await nextTask()
  }
  await first
  await until('all are judged', async () => [...resolver.memberships.chosen.all()].every(isFresh))
  const { lists } = await resolver.resolve('s', CALLER)
  const wanted = engine.catalog
    .list('tool')
    .filter(({ document }) => document.enabled && /invoice/.test(document.description!))
  expect(lists.get('tool')!.entries.map(({ document }) => document.name)).toEqual(
    wanted.map(({ document }) => document.name),
  )
})

const isFresh = ({ live }: { live: { state: string } }) => live.state === 'fresh'
