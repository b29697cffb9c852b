import { FacetError } from '../../errors/facet-error.ts'
import type { JsonObject } from '../../store/ports.ts'
import { paramHeadersOf } from '../param-headers.ts'

/**
 * Refuses a tool that says wrongly which arguments go in headers: clients would leave it out.
 *
 * @throws {FacetError} `invalid_schema`
 */
export function checkInputSchema(schema: JsonObject): void {
  const headers = paramHeadersOf(schema)
  if (!('fault' in headers)) return
  throw new FacetError('invalid_schema', 'The tool says wrongly which arguments go in headers.', {
    errors: [{ path: 'inputSchema', message: `${headers.fault}.` }],
  })
}
