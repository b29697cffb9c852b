import { describe, expect, it } from 'vitest'
import { startFacet } from '../support/facet.ts'

interface Document {
  openapi: string
  paths: Record<string, Record<string, { summary?: string; responses: object }>>
}

describe('/openapi.json', () => {
  it('describes every REST route there is', async () => {
    const { ok, facet } = await startFacet()
    const { openapi, paths } = await ok<Document>('GET', '/openapi.json')
    expect(openapi).toBe('3.1.0')
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const served = facet.app.routes
      .filter(
        ({ method, path }) =>
          method !== 'ALL' && !/^\/(?:$|docs|admin)|openapi\.json|\*/.test(path),
      )
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(documented.sort()).toEqual([...new Set(served)].sort())
    for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
      expect(operation.summary).toBeTruthy()
    }
  })
})

describe('/docs', () => {
  it('is a page that loads nothing from elsewhere', async () => {
    const { api } = await startFacet()
    const { status, headers, text } = await api('GET', '/docs')
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/)
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!)
    expect(loaded.length).toBeGreaterThan(2)
    for (const address of loaded) {
      expect(address).toMatch(/^\/docs\//)
      expect((await api('GET', address)).status).toBe(200)
    }
    expect((await api('GET', '/docs/..%2fpackage.json')).status).toBe(404)
    expect((await api('GET', '/docs/constructor')).status).toBe(404)
  })
})
