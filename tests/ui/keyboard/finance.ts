import { startFacet, type TestFacet } from '../../support/facet.ts'

/** A service with three tools, two of them in the server `finance`. */
export async function serveFinance(server: object = {}): Promise<TestFacet> {
  const facet = await startFacet({ listen: true })
  const inputSchema = { type: 'object', properties: { q: { type: 'string' } } }
  const handler = { type: 'http', url: 'https://api.example.com/x' }
  for (const [name, tags] of [
    ['list_invoices', ['finance']],
    ['pay_invoice', ['finance', 'write']],
    ['search_contracts', ['legal']],
  ] as const) {
    await facet.ok('POST', '/tools', { name, tags, inputSchema, handler })
  }
  const rules = [{ type: 'tool', filter: "'finance' in tags" }]
  await facet.ok('POST', '/dynamic', { id: 'finance', name: 'Finance', rules, ...server })
  return facet
}
