import type { TestFacet } from '../../../support/facet.ts'
import type { State } from '../state.ts'
import { ACCESS } from './access.ts'
import { builder } from './builder.ts'
import { CATALOG } from './catalog.ts'
import { EVENTS } from './events.ts'
import { EXPLAIN } from './explain.ts'
import { OVERVIEW } from './overview.ts'
import { SERVERS } from './servers.ts'
import { SOURCES } from './sources.ts'

/** Every state of the servers of a service in use. */
export const servers = (facet: TestFacet): readonly State[] => [...SERVERS, ...builder(facet)]

/** Every state of its other pages. */
export const pages: readonly State[] = [
  ...OVERVIEW,
  ...CATALOG,
  ...SOURCES,
  ...EXPLAIN,
  ...ACCESS,
  ...EVENTS,
]
