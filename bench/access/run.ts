// What policies cost: npm run bench:access. Prints a table; nothing leaves the machine.
import type { Caller } from '../../src/access/caller.ts'
import { serverDefinition } from '../../src/dynamic/definition.ts'
import { createEngine, record } from '../../tests/support/engine.ts'
import { summary } from '../rules/measure.ts'

const CALLERS = 10_000
const ROLE_SETS = 20
const ENTRIES = 1_000
const ROUNDS = 30

const { catalog, servers, policies, resolver } = createEngine()
const put = Array.from({ length: ENTRIES }, (_, i) =>
  record(`t${i}`, `tool_${i}`, { addedTags: [`area-${i % ROLE_SETS}`] }),
)
catalog.apply({ put, remove: [] })
const author = { id: 'bench', kind: 'local' }
for (const access of ['open', 'policy'] as const) {
  const rules = [{ type: 'tool', filter: 'true' }]
  const definition = serverDefinition.parse({ name: access, access, rules })
  await servers.put(access, definition, 'rest', author)
}
for (let i = 0; i < ROLE_SETS; i++) {
  const filters = { who: `'r${i}' in caller.roles`, what: `'area-${i}' in tags` }
  const actions = ['list' as const, 'call' as const, 'read' as const]
  await policies.put(`p${i}`, { effect: 'allow', ...filters, actions }, 'rest')
}
const callers = Array.from({ length: CALLERS }, (_, i): Caller => {
  const roles = [`r${i % ROLE_SETS}`]
  return { id: `u${i}`, kind: 'user', roles, groups: [], attributes: {} }
})

async function pass(server: string): Promise<{ us: number; views: Set<object> }> {
  const views = new Set<object>()
  const start = performance.now()
  for (const caller of callers) views.add(await resolver.resolve(server, caller))
  return { us: ((performance.now() - start) * 1_000) / CALLERS, views }
}

const first = await pass('policy')
await pass('open')
const times = { open: [] as number[], policy: [] as number[] }
for (let round = 0; round < ROUNDS; round++) {
  for (const server of ['open', 'policy'] as const) times[server].push((await pass(server)).us)
}
const [open, policy] = [summary(times.open), summary(times.policy)]
const fresh = callers.map((caller) => ({ ...caller }))
const start = performance.now()
for (const caller of fresh) await resolver.resolve('policy', caller)
const unseen = ((performance.now() - start) * 1_000) / CALLERS

const rows = [
  ['callers, sets of roles, entries', `${CALLERS}, ${ROLE_SETS}, ${ENTRIES}`],
  ['views of the server', `${first.views.size}`],
  ['first view of each caller', `${first.us.toFixed(1)} us`],
  ['a view that is ready, nothing to decide', `${open.median.toFixed(2)} us`],
  ['the same, decided by policies', `${policy.median.toFixed(2)} us`],
  ['what policies add to it', `${(policy.median - open.median).toFixed(2)} us`],
  ['a caller never seen before, view ready', `${unseen.toFixed(2)} us`],
]
for (const [what, value] of rows) console.log(`${what!.padEnd(44)} ${value}`)
resolver.stop()
