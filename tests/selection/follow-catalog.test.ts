import { describe, expect, it } from 'vitest'
import { followCatalog } from '../../src/selection/search/follow-catalog.ts'
import { tool } from '../support/bodies.ts'
import { startFacet } from '../support/facet.ts'
import { selections } from './support/selection.ts'

describe('search over the catalog', () => {
  it('sees what was there before, what came later, what changed and what went', async () => {
    const { facet, ok } = await startFacet()
    await ok('POST', '/tools', tool('send_mail', { description: 'Sends letters' }))
    const { search } = selections({ profiles: [] })
    const stop = followCatalog(facet.catalog, search)
    const found = async (question: string) => {
      const hits = await search.search(question, { limit: 5 })
      return hits.map(({ id }) => facet.catalog.get(id)!.document.name)
    }
    expect(await found('letter')).toEqual(['send_mail'])
    const { id } = await ok<{ id: string }>('POST', '/tools', tool('pay_invoice'))
    expect(await found('invoices')).toEqual(['pay_invoice'])
    await ok('PATCH', `/tools/${id}`, { description: 'Pays bills' })
    expect(await found('bill')).toEqual(['pay_invoice'])
    await ok('PATCH', `/tools/${id}`, { tags: ['finance'] })
    expect(await found('finance')).toEqual(['pay_invoice'])
    await ok('DELETE', `/tools/${id}`)
    expect(await found('bill finance invoice')).toEqual([])
    stop()
    await ok('POST', '/tools', tool('pay_bill'))
    expect(await found('bill')).toEqual([])
  })
})
