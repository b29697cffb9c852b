import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TestFacet } from '../../support/facet.ts'
import { pages as others, servers } from './rows/acme.ts'
import { HOSTILE } from './rows/hostile.ts'
import { INTERRUPTED } from './rows/interrupted.ts'

const ADMIN = join(import.meta.dirname, '../../../src/admin')
const read = (path: string) => readFileSync(join(ADMIN, path), 'utf8')

const inUse = [...others, ...servers({} as TestFacet)]

/** Where the tabs are that an address of `pages.tsx` leaves open. */
const TABS: Readonly<Record<string, string>> = {
  '/servers/:id/:tab?': 'servers/server-page.tsx',
  '/access/:tab?': 'access/access.tsx',
  '/events/:tab?': 'events/events.tsx',
}

/** Every page, as a pattern of the addresses that show it: the first tab needs no name. */
function pages(): RegExp[] {
  const routes = [...read('shell/pages.tsx').matchAll(/<Route path="([^"]+)"/g)]
  return routes.flatMap(([, path]) => {
    if (!path!.includes(':tab')) return [pattern(path!)]
    const tabs = [...read(TABS[path!]!).matchAll(/^ {2,4}(\w+): \{ label: /gm)]
    expect(tabs.length).toBeGreaterThan(1)
    return tabs.map(([, tab], i) =>
      pattern(path!.replace('/:tab?', i === 0 ? `(?:/${tab})?` : `/${tab}`)),
    )
  })
}

const pattern = (path: string) => new RegExp(`^${path.replace(':id', '(?!new)[^/]+')}(?:\\?.*)?$`)

function withoutRow(rows: readonly { readonly at: string }[]): string[] {
  return pages()
    .filter((page) => !rows.some(({ at }) => page.test(at || '/')))
    .map(String)
}

describe('the tables of states', () => {
  it('have every page of the admin UI, in use, hostile, waiting and failing', () => {
    expect(withoutRow(inUse)).toEqual([])
    expect(withoutRow(HOSTILE)).toEqual([])
    expect(withoutRow(INTERRUPTED)).toEqual([])
  })

  it('have states by names of their own', () => {
    const names = inUse.map(({ name }) => name)
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })
})
