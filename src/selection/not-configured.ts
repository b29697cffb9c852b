import { FacetError } from '../errors/facet-error.ts'
import type { Selector } from './selector.ts'

const REASON = 'Rules of mode llm need a model, and none is configured.'

/** Stands where no model is configured: it says so instead of choosing nothing. */
export const notConfigured: Selector = {
  unavailable: REASON,
  async choose() {
    throw new FacetError('selector_not_configured', REASON)
  },
}
