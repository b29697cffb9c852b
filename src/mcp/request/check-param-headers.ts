import {
  argumentAt,
  decodeValue,
  PARAM_HEADER_PREFIX,
  paramHeadersOf,
} from '../../sources/param-headers.ts'
import type { JsonObject } from '../../store/ports.ts'

/**
 * What is wrong with the headers that repeat arguments of a call; undefined when nothing is.
 * Whatever stands between client and server may have acted on them, so they must be true.
 */
export function paramHeaderProblem(
  inputSchema: JsonObject,
  args: unknown,
  headers: Headers,
): string | undefined {
  const declared = paramHeadersOf(inputSchema)
  if ('fault' in declared) return undefined
  for (const { header, path, type } of declared) {
    const value = argumentAt(args, path)
    if (value === undefined || typeof value === 'object') continue
    const name = PARAM_HEADER_PREFIX + header
    const given = headers.get(name)
    if (given === null) return `${name} is missing`
    const decoded = decodeValue(given)
    if (decoded === undefined) return `${name} is not encoded as it should be`
    const same =
      type === 'integer' && typeof value === 'number' && DECIMAL.test(decoded)
        ? Number(decoded) === value
        : decoded === String(value)
    if (!same) return `${name} does not say what ${path.join('.')} says`
  }
  return undefined
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/
