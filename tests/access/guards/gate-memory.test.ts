import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { guardDefinition } from '../../../src/access/guards/definition.ts'
import { serverDefinition } from '../../../src/dynamic/definition.ts'
import { CALLER, createEngine, record } from '../../support/engine.ts'

setFlagsFromString('--expose_gc')
const collect: () => void = runInNewContext('gc')

describe('a view with tools to unlock something', () => {
  it('is not kept when what stands behind the guard is another by now', async () => {
    const { catalog, servers, guards, resolver } = createEngine()
    catalog.apply({ put: [record('tool_1', 'one')], remove: [] })
    const rules = [{ type: 'tool', filter: "name == 'one'" }]
    await servers.put(
      's',
      serverDefinition.parse({ name: 'S', rules, access: 'open' }),
      'rest',
      CALLER,
    )
    const guard = { kind: 'totp', what: 'true', secret: '${TOTP}' }
    await guards.put('shell', guardDefinition.parse(guard), 'rest')
    const held = await resolver.hold(servers.get('s'))
    const whole = held.view(0).view
    const shown: WeakRef<object>[] = []
    for (let i = 2; i < 12; i++) {
      const view = await resolver.resolve('s', CALLER)
      expect(view.gates?.groups.map(({ id }) => id)).toEqual(['shell'])
      shown.push(new WeakRef(view))
      // Of no concern to the server, whose view goes on.
      catalog.apply({ put: [record(`tool_${i}`, `other ${i}`)], remove: [] })
    }
    expect(held.view(0).view).toBe(whole)
    await new Promise((done) => setTimeout(done))
    collect()
    expect(shown.filter((each) => each.deref()).length).toBeLessThan(3)
  })
})
