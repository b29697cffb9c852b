import { FacetError } from '../errors/facet-error.ts'
import type { Place } from './order.ts'

/** An opaque cursor that points behind an entry: it survives every change of the catalog. */
export function encodeCursor({ sequence, name, key }: Place): string {
  return Buffer.from(JSON.stringify([sequence, name, key])).toString('base64url')
}

/** @throws {FacetError} `invalid_cursor` */
export function decodeCursor(cursor: string): Place {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(parsed) && parsed.length === 3) {
      const [sequence, name, key] = parsed
      if (Number.isInteger(sequence) && typeof name === 'string' && typeof key === 'string') {
        return { sequence, name, key }
      }
    }
  } catch {
    // Falls through: whatever it was, it is not a cursor.
  }
  throw new FacetError('invalid_cursor', 'Start again without a cursor.')
}
